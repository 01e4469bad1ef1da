"""Edition: which issue of a campaign this is; a text over `let` values and the day."""

from collections.abc import Mapping
from datetime import date

from mailgrid.errors import TemplateError
from mailgrid.language.campaign import Campaign
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.message.sandbox import Mode
from mailgrid.message.scope import Record
from mailgrid.message.template import Engine

__all__ = ["edition_of"]


def edition_of(campaign: Campaign, variables: Mapping[str, object], today: date, diagnostics: Diagnostics) -> str:
    """Return the edition; empty where the campaign has none, and, with a diagnostic, where its text is wrong.

    Args:
        campaign: says it, like `{{ today() }}`.
        variables: the `let` values, `vars.x`.
        today: what `today()` is.
        diagnostics: takes what is wrong.
    """
    if campaign.edition is None:
        return ""
    try:
        return _rendered(campaign.edition.value, variables, today)
    except TemplateError as error:
        diagnostics.add("MG503", campaign.edition.span, hint=error.hint, reason=error.message)
        return ""


def _rendered(text: str, variables: Mapping[str, object], today: date) -> str:
    """Render the text, which may not use what differs from row to row."""
    engine = Engine(known=frozenset({"vars", "today"}), records={"vars": frozenset(variables)}, root=None)
    template = engine.compile(text, "edition", Mode.HEADER)
    for use in template.uses:
        raise TemplateError(
            f"`edition` cannot use `{use.name}`: it is the same for everybody",
            hint="it may use vars.NAME and today()",
            template="edition",
        )
    return template({"vars": Record(variables), "today": lambda: today}).strip()

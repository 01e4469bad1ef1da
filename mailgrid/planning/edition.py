"""Edition: which issue of a campaign this is; a text over `let` values and the day."""

from collections.abc import Mapping
from datetime import date

from mailgrid.errors import TemplateError
from mailgrid.message.sandbox import Mode
from mailgrid.message.scope import Record
from mailgrid.message.template import Engine

__all__ = ["edition_of"]


def edition_of(text: str, variables: Mapping[str, object], today: date) -> str:
    """Render the text of `edition`.

    Args:
        text: as it is written, like `{{ today() }}`.
        variables: the `let` values, `vars.x`.
        today: what `today()` is.

    Raises:
        TemplateError: it is not right, or uses what differs from row to row.
    """
    engine = Engine(known=frozenset({"vars", "today"}), records={"vars": frozenset(variables)}, root=None)
    template = engine.compile(text, "edition", Mode.HEADER)
    for use in template.uses:
        raise TemplateError(
            f"`edition` cannot use `{use.name}`: it is the same for everybody",
            hint="it may use vars.NAME and today()",
            template="edition",
        )
    return template({"vars": Record(variables), "today": lambda: today}).strip()

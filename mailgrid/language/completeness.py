"""Completeness: what a campaign has to have, and what excludes what."""

from collections.abc import Sequence

from mailgrid.language.ast import Statement, Where, Word
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.settings import Settings
from mailgrid.language.text import Span
from mailgrid.language.vocabulary import BODIES, VOCABULARY

__all__ = ["check_complete", "is_torn"]

_NEEDED = ("source", "from", "subject")
# After one of these mistakes nobody knows where a block ends, so nobody knows what it lacks.
_TORN = frozenset({"MG101", "MG102", "MG112", "MG115", "MG118", "MG119"})


def is_torn(diagnostics: Diagnostics) -> bool:
    """Tell whether a mistake of syntax makes it unclear what stands in which block."""
    return any(found.code in _TORN for found in diagnostics)


def check_complete(statement: Statement, wordings: Sequence[Settings], diagnostics: Diagnostics) -> None:
    """Report what a campaign lacks, and bodies that cannot stand beside each other.

    Args:
        statement: the campaign.
        wordings: its settings; where it has variants for everybody, those of each variant, over its own.
        diagnostics: where mistakes are reported.
    """
    name = statement.arguments[0] if statement.arguments else None
    span = name.span if isinstance(name, Word) else statement.keyword_span
    for settings in wordings:
        for keyword in _NEEDED:
            if keyword not in settings:
                _report_missing(span, keyword, f"write `{VOCABULARY[keyword].example}`", diagnostics)
        if not any(body in settings for body in BODIES):
            examples = " or ".join(f"`{keyword} ...`" for keyword in BODIES)
            _report_missing(span, "message", f"write {examples}", diagnostics)
        for body in ("html", "text"):
            if settings.get(body) and settings.get("template"):
                _report_beside(settings[body][0], body, diagnostics)
        preheader = settings.get("preheader")
        if preheader and "text" in settings and not ("html" in settings or "template" in settings):
            _report_hidden_nowhere(preheader[0], statement, span, diagnostics)


def _report_missing(span: Span, missing: str, hint: str, diagnostics: Diagnostics) -> None:
    named = span.source if span.source != "campaign" else "..."
    missing = f"`{missing}`" if missing in VOCABULARY else missing
    diagnostics.add("MG209", span, campaign=named, missing=missing, suggestion=hint)


def _report_beside(body: Statement | Where, keyword: str, diagnostics: Diagnostics) -> None:
    assert isinstance(body, Statement)
    hint = 'a plain text beside it is a file too: `template "hello.html" text "hello.txt"`'
    if keyword == "html":
        hint = "keep one"
    diagnostics.add("MG212", body.keyword_span, found=keyword, other="template", suggestion=hint)


def _report_hidden_nowhere(
    preheader: Statement | Where, campaign: Statement, span: Span, diagnostics: Diagnostics
) -> None:
    """Report a preheader without HTML; one that comes from `defaults` is meant for the campaigns that have some."""
    assert isinstance(preheader, Statement)
    place, whole = preheader.keyword_span, campaign.span
    if place.text is whole.text and whole.start <= place.start < whole.end:
        hint = "it is hidden at the start of the HTML: write `html` or `template`, or take it out"
        named = span.source if span.source != "campaign" else "..."
        diagnostics.add("MG209", place, campaign=named, missing="place for a `preheader`", suggestion=hint)

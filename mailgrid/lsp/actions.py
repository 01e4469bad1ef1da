"""Actions: the changes that diagnostics offer, one by one or all together."""

from collections.abc import Iterator

from lsprotocol import types

from mailgrid.language.diagnostics import Diagnostic, Edit
from mailgrid.language.edits import edited
from mailgrid.language.secrecy import conceal
from mailgrid.language.text import Span, Text
from mailgrid.lsp.publishing import marker
from mailgrid.lsp.view import View

__all__ = ["actions"]

_LONGEST = 40


def actions(view: View, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return the changes that are offered for what is marked."""
    only = params.context.only
    found: list[types.CodeAction] = []
    if only is None or types.CodeActionKind.QuickFix in only:
        found += _fixes(view, params.range)
    if only is None or {types.CodeActionKind.SourceFixAll, types.CodeActionKind.Source} & set(only):
        found += _all_fixes(view)
    return found


def _fixes(view: View, marked: types.Range) -> Iterator[types.CodeAction]:
    whole = view.analysis.module.text
    start, end = view.offset(marked.start), view.offset(marked.end)
    for diagnostic, edit in _offered(view):
        span = diagnostic.span or edit.span
        if span.start <= end and span.end >= start:
            yield types.CodeAction(
                title=conceal(_title(edit), Span(whole, 0, 0)),
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[marker(diagnostic, view.documents, view.positions)],
                is_preferred=True,
                edit=view.edits([edit]),
            )


def _all_fixes(view: View) -> Iterator[types.CodeAction]:
    text = view.document.text
    content, count = edited(text, [edit for _, edit in _offered(view)])
    if count > 1:
        whole = Edit(Span(text, 0, len(text.content)), content)
        kind = types.CodeActionKind.SourceFixAll
        yield types.CodeAction(title=f"put right {count} mistakes", kind=kind, edit=view.edits([whole]))


def _offered(view: View) -> Iterator[tuple[Diagnostic, Edit]]:
    """Yield the diagnostics of this file that have a change."""
    own: Text = view.analysis.module.text
    for diagnostic in view.found:
        if diagnostic.edit and diagnostic.edit.span.text is own:
            yield diagnostic, diagnostic.edit


def _title(edit: Edit) -> str:
    before, after = _short(edit.span.source), _short(edit.text)
    if not edit.text:
        return f"remove `{before}`"
    return f"replace `{before}` with `{after}`" if before else f"insert `{after}`"


def _short(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."

"""View: an open file as an editor asks about it."""

from collections.abc import Iterable

from lsprotocol import types

from mailgrid.language.diagnostics import Diagnostic, Edit
from mailgrid.language.text import Span, Text
from mailgrid.lsp.analysis import Analysis
from mailgrid.lsp.documents import Document, Documents
from mailgrid.lsp.positions import Positions
from mailgrid.value import value

__all__ = ["View"]


@value
class View:
    """What an answer is made of.

    Args:
        document: the file as it stands in the editor.
        analysis: what it says; for completion perhaps what it said a moment ago.
        found: what is wrong with it, as far as it is known by now.
        documents: all open files.
        positions: turns places into the editor's.
    """

    document: Document
    analysis: Analysis
    found: tuple[Diagnostic, ...]
    documents: Documents
    positions: Positions

    def offset(self, position: types.Position) -> int:
        """Return where the editor points to in the file's text."""
        return self.positions.offset(self.document.text, position)

    def range(self, span: Span) -> types.Range:
        """Return a span as the editor's range."""
        return self.positions.range(span)

    def location(self, span: Span) -> types.Location:
        """Return a span with the file that it is in."""
        return types.Location(self._uri(span.text), self.range(span))

    def edits(self, edits: Iterable[Edit]) -> types.WorkspaceEdit:
        """Return changes of one or several files."""
        changes: dict[str, list[types.TextEdit]] = {}
        for edit in edits:
            changes.setdefault(self._uri(edit.span.text), []).append(types.TextEdit(self.range(edit.span), edit.text))
        return types.WorkspaceEdit(changes=changes)

    def _uri(self, text: Text) -> str:
        return self.documents.uri(text.path) if text.path else self.document.uri

"""Completion: the words that may stand where somebody types."""

from collections.abc import Iterable, Iterator

from lsprotocol import types

from mailgrid.language.text import Span
from mailgrid.lsp.candidates import Candidate
from mailgrid.lsp.columns import Columns, Header
from mailgrid.lsp.condition_words import condition_words
from mailgrid.lsp.cursor import Cursor, cursor_at
from mailgrid.lsp.file_words import file_words
from mailgrid.lsp.statement_words import statement_words
from mailgrid.lsp.template_words import template_words
from mailgrid.lsp.view import View

__all__ = ["TRIGGERS", "Completion"]

#: At these characters an editor asks by itself; at letters it does anyway.
TRIGGERS = (" ", "{", ".", "|", "`", "(", "/", ":")


class Completion:
    """Offers words.

    Args:
        columns: looks up the headers of sources.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def __call__(self, view: View, params: types.CompletionParams) -> types.CompletionList:
        """Return what may be typed at a place; what the file says elsewhere may be as it was a moment ago."""
        offset = view.offset(params.position)
        cursor = cursor_at(view.document.text, offset)
        found = self._candidates(cursor, view) if cursor else (Span(view.document.text, offset, offset), ())
        return _listed(*found, view)

    def _candidates(self, cursor: Cursor, view: View) -> tuple[Span, Iterable[Candidate]]:
        """Return the candidates, and the text that they stand for."""
        headers = self._headers(cursor, view)
        if cursor.quoted is not None:
            files = file_words(cursor, view.analysis)
            length, words = files or template_words(cursor.quoted, view.analysis, headers)
            return Span(cursor.text, cursor.word.start - length, cursor.word.end), words
        if any(token.type == "WHERE" for token in cursor.before):
            return cursor.word, condition_words(cursor.before, view.analysis, headers)
        return cursor.word, statement_words(cursor, view.analysis, headers)

    def _headers(self, cursor: Cursor, view: View) -> Iterator[Header]:
        outer = cursor.blocks[0].header if cursor.blocks else ()
        is_campaign = len(outer) > 1 and outer[0].text == "campaign"
        return self._columns(view.analysis, outer[1].text if is_campaign else None)


def _listed(span: Span, candidates: Iterable[Candidate], view: View) -> types.CompletionList:
    where = view.range(span)
    # Inside of backticks the editor compares what is typed with them too.
    prefix = "`" if span.source.startswith("`") else ""
    items = {
        candidate.label: types.CompletionItem(
            label=candidate.label,
            kind=candidate.kind,
            detail=candidate.detail or None,
            filter_text=f"{prefix}{candidate.label}" if prefix else None,
            text_edit=types.TextEdit(where, candidate.text or candidate.label),
        )
        for candidate in candidates
    }
    return types.CompletionList(is_incomplete=False, items=list(items.values()))

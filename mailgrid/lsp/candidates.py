"""Candidate: a word that an editor may offer."""

from collections.abc import Iterable, Iterator

from lsprotocol.types import CompletionItemKind

from mailgrid.language.expressions.show import show_name
from mailgrid.lsp.columns import Header
from mailgrid.value import value

__all__ = ["Candidate", "columns"]


@value
class Candidate:
    """A word that may stand somewhere.

    Args:
        label: the word.
        kind: what it is; editors show a picture of it.
        detail: what it is in one line.
        text: what is written, where that is not the word itself.
    """

    label: str
    kind: CompletionItemKind
    detail: str = ""
    text: str = ""


def columns(headers: Iterable[Header], *, code: bool = True) -> Iterator[Candidate]:
    """Yield the columns of sources; `code`: as a condition writes them, else by their names."""
    for header in headers:
        for column in header.columns:
            detail = f"{column.type or 'text'}, {header.source}"
            text = show_name(column.name) if code else column.name
            yield Candidate(column.name, CompletionItemKind.Field, detail, text)

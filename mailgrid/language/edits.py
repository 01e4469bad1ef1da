"""Edits: the changes of many diagnostics made in one text, each only where it does no harm elsewhere."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from mailgrid.language.diagnostics import Diagnostic, Edit
from mailgrid.language.layout import NEWLINE, Token
from mailgrid.language.text import Text

__all__ = ["edited", "harmless"]


def harmless(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Take away each edit that would change what stands elsewhere in the text, and keep the diagnostic."""
    tokens: dict[Text, list[Token]] = {}
    for diagnostic in diagnostics:
        edit = diagnostic.edit
        if edit and edit.span.text not in tokens:
            tokens[edit.span.text] = _tokens(edit.span.text)
        harms = edit and not _keeps_others(edit, tokens[edit.span.text])
        yield replace(diagnostic, edit=None) if harms else diagnostic


def edited(text: Text, edits: Iterable[Edit]) -> tuple[str, int]:
    """Return the text with the edits made, and how many were; one that overlaps an earlier one is left out."""
    chosen: list[Edit] = []
    for edit in sorted(edits, key=lambda each: (each.span.start, each.span.end)):
        if not chosen or _is_behind(edit, chosen[-1]):
            chosen.append(edit)
    pieces, at = [], 0
    for edit in chosen:
        pieces += [text.content[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join([*pieces, text.content[at:]]), len(chosen)


def _is_behind(edit: Edit, before: Edit) -> bool:
    """Tell whether two edits have nothing in common; of two insertions at one place the order would matter."""
    start, end = edit.span.start, before.span.end
    return start > end or (start == end and edit.span.end > start and before.span.end > before.span.start)


def _keeps_others(edit: Edit, tokens: Sequence[Token]) -> bool:
    """Tell whether the neighbours of an edit are read as before: a text is read token by token, so then all are."""
    content, start, end = edit.span.text.content, edit.span.start, edit.span.end
    count = bisect_right(tokens, start, key=lambda token: token.end)
    following = bisect_left(tokens, end, key=lambda token: token.start)
    before, behind = tokens[max(count - 2, 0) : count], tokens[following : following + 1]
    first = before[0].start if before else 0
    last = behind[0].end if behind else len(content)
    after = _tokens(Text("", content[first:start] + edit.text + content[end:last]))
    border = start - first
    return _plain(before) == _plain(token for token in after if token.end <= border) and _plain(behind) == _plain(
        token for token in after if token.start >= border + len(edit.text)
    )


def _plain(tokens: Iterable[Token]) -> list[tuple[str, str]]:
    """Return what tokens say; how long a line end is does not matter."""
    return [(token.type, "" if token.type == NEWLINE else token.text) for token in tokens]


def _tokens(text: Text) -> list[Token]:
    # Imported late, like everywhere: lark costs more than reading most files.
    from mailgrid.language.parser import tokenize

    return list(tokenize(text))

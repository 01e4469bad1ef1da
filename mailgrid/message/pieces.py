"""Pieces: a template taken apart into text and tags, and put together again; each tag knows where it was written."""

import re
from collections.abc import Iterable

from mailgrid.value import value

__all__ = ["Made", "Piece", "joined"]

_OPENING = re.compile(r"\{[{%#][-+]?")
_BLOCK = re.compile(r"\{%[-+]?\s*(?P<keyword>\w+)\s*(?P<rest>.*?)\s*[-+]?%\}\s*\Z", re.DOTALL)


@value
class Piece:
    """A text, or a `{{ }}`, `{% %}` or `{# #}`, as it is written, with the template and the line that it begins in."""

    text: str
    template: str
    line: int
    is_tag: bool = False

    @property
    def keyword(self) -> str:
        """The first word in `{% %}`; empty for everything else."""
        found = _BLOCK.match(self.text) if self.is_tag else None
        return found["keyword"] if found else ""

    @property
    def rest(self) -> str:
        """What follows that word."""
        found = _BLOCK.match(self.text) if self.is_tag else None
        return found["rest"] if found else ""

    @property
    def steers(self) -> bool:
        """Whether what is around it depends on it: it is neither a value nor a remark."""
        return self.keyword not in {"", "raw"}


@value
class Made:
    """A template that was made of others; `origins` say of each line of it which template and line that was."""

    text: str
    origins: tuple[tuple[str, int], ...]

    def origin(self, line: int) -> tuple[str, int]:
        """Return where a 1-based line comes from."""
        return self.origins[min(line, len(self.origins)) - 1]


def joined(pieces: Iterable[Piece]) -> Made:
    """Put pieces together. Each tag gets a line of its own, inside of its braces, so that its place is not lost."""
    texts: list[str] = []
    origins: list[tuple[str, int]] = []
    for piece in pieces:
        text, line = piece.text, piece.line
        if not origins:
            origins.append((piece.template, line))
        if piece.is_tag:
            opening = _OPENING.match(text)
            assert opening
            text, line = f"{opening[0]}\n{text[opening.end() :]}", line - 1
        texts.append(text)
        origins += [(piece.template, line + 1 + number) for number in range(text.count("\n"))]
    return Made("".join(texts), tuple(origins) or (("", 1),))

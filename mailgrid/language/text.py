"""A campaign file's text, and places in it. The lowest layer of the language: it imports nothing of ours."""

from bisect import bisect_right
from dataclasses import field
from pathlib import Path

from mailgrid.value import value

__all__ = ["Span", "Text"]


@value
class Text:
    """The text of one file.

    Args:
        name: how the user named it; every message shows this.
        content: the characters, without a byte order mark, line ends as they are.
        path: where it is on disk; None for a text that was never a file.
        foreign: whether it is no campaign file; a change that fits one does not fit there.
        secret_options: names of options whose values are secret, should one be written in it.
    """

    name: str
    content: str
    path: Path | None = None
    secret_options: frozenset[str] = frozenset()
    foreign: bool = False
    _starts: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [0]
        starts.extend(index + 1 for index, character in enumerate(self.content) if character == "\n")
        object.__setattr__(self, "_starts", starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line and column (in characters) of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a 1-based line and column; the inverse of `position`."""
        return self._starts[line - 1] + column - 1

    def line(self, number: int) -> str:
        """Return a line (1-based) without its line end."""
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self.content)
        return self.content[start:end].rstrip("\r\n")

    def whole_line(self, number: int) -> "Span":
        """Return the place of a line (1-based), without the blanks around it."""
        line = self.line(min(number, self.line_count))
        start = self._starts[min(number, self.line_count) - 1] + len(line) - len(line.lstrip())
        return Span(self, start, start + len(line.strip()))

    @property
    def line_count(self) -> int:
        """How many lines there are; a text that ends in a line end has an empty last one."""
        return len(self._starts)


@value
class Span:
    """A stretch of a text: characters `start` up to, but not including, `end` (0-based offsets)."""

    text: Text
    start: int
    end: int

    def __repr__(self) -> str:
        return f"Span({self.place}, {self.source!r})"

    @property
    def source(self) -> str:
        """The characters themselves."""
        return self.text.content[self.start : self.end]

    @property
    def line(self) -> int:
        """The 1-based line in which it starts."""
        return self.text.position(self.start)[0]

    @property
    def column(self) -> int:
        """The 1-based column, in characters, at which it starts."""
        return self.text.position(self.start)[1]

    @property
    def place(self) -> str:
        """`file:line:column`, as editors understand it."""
        return f"{self.text.name}:{self.line}:{self.column}"

    def to(self, other: "Span") -> "Span":
        """Return the span from this one's start to the other's end."""
        return Span(self.text, self.start, other.end)

"""Positions: an editor counts lines from 0, and in a line code units of the encoding that both sides agreed on.

We count characters, so one beyond the basic plane (an emoji) is one of ours and two of UTF-16, the protocol's own.
"""

from lsprotocol import types

from mailgrid.language.text import Span, Text

__all__ = ["Positions"]

# The name of Python's codec, and how many octets a code unit of it takes.
_ENCODINGS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


class Positions:
    """Turns our places into the editor's, and back.

    Args:
        encoding: `utf-8`, `utf-16` or `utf-32`.
    """

    def __init__(self, encoding: str) -> None:
        self._codec, self._size = _ENCODINGS[encoding]

    def position(self, text: Text, offset: int) -> types.Position:
        """Return the editor's position of an offset."""
        line, column = text.position(offset)
        return types.Position(line - 1, self._units(text.line(line)[: column - 1]))

    def range(self, span: Span) -> types.Range:
        """Return the editor's range of a span."""
        return types.Range(self.position(span.text, span.start), self.position(span.text, span.end))

    def offset(self, text: Text, position: types.Position) -> int:
        """Return the offset of an editor's position; one behind the end of a line or of the text means that end."""
        if position.line >= text.line_count:
            return len(text.content)
        octets = text.line(position.line + 1).encode(self._codec, "surrogatepass")
        before = octets[: position.character * self._size].decode(self._codec, "ignore")
        return text.offset(position.line + 1, len(before) + 1)

    def _units(self, content: str) -> int:
        return len(content.encode(self._codec, "surrogatepass")) // self._size

"""CrlfLines: octets whose line ends have been looked at."""

from io import IncrementalNewlineDecoder
from typing import Self

__all__ = ["CrlfLines"]

#: Octets that are looked at in one piece; a large message is not copied as a whole.
_PIECE = 1 << 16


class CrlfLines(bytes):
    """Octets in which CR and LF stand together only (RFC 5321, 2.3.8).

    That is looked at when it is made, so that nobody to whom it is handed need look again. What is made of it is plain
    octets.

    Raises:
        ValueError: a line ends otherwise.
    """

    __slots__ = ()

    def __new__(cls, octets: bytes) -> Self:
        """Look at them."""
        if _line_ends(octets) not in {None, "\r\n"}:
            raise ValueError("a line does not end in CRLF")
        return super().__new__(cls, octets)


def _line_ends(octets: bytes) -> str | tuple[str, ...] | None:
    """Return the kinds of line ends that there are, as a text file's `newlines` tells them.

    What reads text files finds them three times faster than regular expressions do.
    """
    decoder, view = IncrementalNewlineDecoder(None, translate=False), memoryview(octets)
    for start in range(0, len(octets), _PIECE):
        decoder.decode(str(view[start : start + _PIECE], "latin-1"))
    decoder.decode("", final=True)
    return decoder.newlines

"""A text file read as lines: plain, compressed with gzip, or standard input; in constant memory."""

import codecs
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol, cast

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Context

__all__ = ["LONGEST_LINE", "STANDARD_INPUT", "Bytes", "TextFile", "check_encoding", "open_text"]

#: The location that means standard input.
STANDARD_INPUT = "-"

#: A longer line, in characters, is taken for damage: no recipient has a megabyte of columns.
LONGEST_LINE = 1 << 20

#: Octets that are read at once: the lines of such a piece are in memory together.
_CHUNK = 1 << 16
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Bytes(Protocol):
    """What is read: a file, a program, an answer of a server."""

    def read(self, size: int = -1, /) -> bytes:
        """Return so many bytes, fewer at the end only."""

    def read1(self, size: int = -1, /) -> bytes:
        """Return what there is, at most so many bytes; none at the end only."""

    def close(self) -> None:
        """Give it back. May be called twice."""


class TextFile:
    """The lines of a stream of bytes, each with its line end: CRLF, LF or CR.

    A byte order mark outranks the encoding where that is UTF-8: spreadsheets write UTF-16 with one.

    Args:
        stream: the bytes.
        encoding: a name that `codecs.lookup` knows.
        name: the file as the user named it, for messages.
    """

    def __init__(self, stream: Bytes, encoding: str, name: str) -> None:
        self.name = name
        self._stream = stream
        self._encoding = codecs.lookup(encoding).name
        self._lines = 0
        self._column = 0

    @contextmanager
    def closed_on_error(self) -> Iterator[None]:
        """Close it where what is to read it cannot begin."""
        try:
            yield
        except SourceError:
            self.close()
            raise

    def __iter__(self) -> Iterator[str]:
        """Yield the lines; they can be read once.

        Raises:
            SourceError: a byte is not in the encoding, the stream is damaged, or a line is too long.
        """
        rest = ""
        for piece in self.pieces():
            text = rest + piece
            end = _after_last_line(text)
            yield from io.StringIO(text[:end], newline="")
            rest = text[end:]
            if len(rest) > LONGEST_LINE:
                raise self.error(f"this line is longer than {LONGEST_LINE:,} characters", line=self._lines + 1)
        yield from io.StringIO(rest, newline="")

    def pieces(self) -> Iterator[str]:
        """Yield the text in pieces as they come, none of which parts a CRLF; they can be read once.

        Raises:
            SourceError: a byte is not in the encoding, or the stream is damaged.
        """
        decoder: codecs.IncrementalDecoder | None = None
        held = ""
        for chunk in self._chunks():
            decoder = decoder or self._decoder(chunk)
            try:
                text = held + decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise self._undecodable(error, held) from None
            held = "\r" if chunk and text.endswith("\r") else ""
            text = text.removesuffix(held)
            self._column = len(text) - _after_last_line(text) + (0 if _count_lines(text) else self._column)
            self._lines += _count_lines(text)
            yield text

    def error(self, message: str, *, hint: str = "", line: int = 0) -> SourceError:
        """Make an error that names this file."""
        return SourceError(message, hint=hint, file=self.name, line=line)

    def close(self) -> None:
        """Close the stream; standard input stays open, it is not ours."""
        if self.name != STANDARD_INPUT:
            self._stream.close()

    def _chunks(self) -> Iterator[bytes]:
        """Yield two bytes, enough to know UTF-16, then chunks as they come, then an empty one."""
        try:
            yield self._stream.read(len(codecs.BOM_UTF16_LE))
            while chunk := self._stream.read1(_CHUNK):
                yield chunk
        except (OSError, EOFError, zlib.error) as error:
            raise self.error(f"cannot be read to its end: {_reason(error)}", line=self._lines + 1) from None
        yield b""

    def _decoder(self, first: bytes) -> codecs.IncrementalDecoder:
        encoding = self._encoding
        if encoding == "utf-8":
            encoding = "utf-16" if first in _UTF_16 else "utf-8-sig"
        return codecs.getincrementaldecoder(encoding)()

    def _undecodable(self, error: UnicodeDecodeError, held: str) -> SourceError:
        before = held + error.object[: error.start].decode(error.encoding, "ignore")
        column = len(before) - _after_last_line(before) + (0 if _count_lines(before) else self._column) + 1
        return self.error(
            f"byte 0x{error.object[error.start]:02X} at column {column} is not {self._encoding}",
            hint='say how the file was saved, like `encoding "cp1252"` for many spreadsheets',
            line=self._lines + _count_lines(before) + 1,
        )


def open_text(location: str, encoding: str, context: Context) -> TextFile:
    """Open the file at `location`; `-` is standard input, a name that ends in `.gz` is decompressed on the way.

    Raises:
        SourceError: there is no such file or encoding, or the file may not be read.
    """
    check_encoding(encoding, location)
    if location == STANDARD_INPUT:
        return TextFile(cast("io.BufferedIOBase", sys.stdin.buffer), encoding, location)
    return TextFile(_open_file(context.resolve(location), location), encoding, location)


def check_encoding(encoding: str, name: str) -> None:
    """Refuse an encoding that there is not.

    Raises:
        SourceError: there is no such encoding.
    """
    try:
        "".encode(encoding)
    except LookupError:
        hint = "common ones are `utf-8`, `cp1252`, `latin-1`, `utf-16`"
        raise SourceError(f"there is no text encoding `{encoding}`", hint=hint, file=name) from None


def _open_file(path: Path, location: str) -> io.BufferedIOBase:
    try:
        return _gunzipped(path) if path.suffix == ".gz" else path.open("rb")
    except FileNotFoundError:
        raise SourceError("there is no such file", hint=_nearest(path), file=location) from None
    except OSError as error:
        raise SourceError(f"cannot be opened: {_reason(error)}", file=location) from None


def _gunzipped(path: Path) -> io.BufferedIOBase:
    import gzip  # most lists are not compressed

    return gzip.GzipFile(path)


def _nearest(path: Path) -> str:
    """Say which file of that folder may be meant."""
    if not path.parent.is_dir():
        return f"there is no folder `{path.parent.name}` either"
    names = [file.name for file in path.parent.iterdir()]
    return "".join(f"did you mean `{name}`?" for name in get_close_matches(path.name, names, n=1))


def _reason(error: Exception) -> str:
    """Say what the system says, without the path, which the error names anyway."""
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _after_last_line(text: str) -> int:
    """Find where the last line that has ended ends."""
    return text.rfind("\n") + 1 or text.rfind("\r") + 1


def _count_lines(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")

"""EncodedFiles: files as messages carry them. A file that goes to many is read and encoded once."""

from binascii import b2a_base64
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISREG
from threading import Lock

from mailgrid.errors import TemplateError, reason_of
from mailgrid.message.media import media_type
from mailgrid.value import value

__all__ = ["LARGEST", "EncodedFile", "EncodedFiles", "encoded", "in_base64"]

#: Octets of the largest file that is read at all: no server takes a message that has it inside.
LARGEST = 100 << 20
#: Octets of all files together that are kept.
_ROOM = 32 << 20
#: Octets in a line of base64, and in so many lines as are made at once.
_LINE, _BLOCK = 57, 57 << 10


@value
class EncodedFile:
    """A file's type, its lines in base64 (RFC 2045, 6.8), and how many octets it has itself."""

    media: str
    lines: bytes
    size: int


class EncodedFiles:
    """Reads files. Those that were wanted last are kept, as far as there is room; any thread may ask."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._kept: OrderedDict[tuple[Path, int, int], EncodedFile] = OrderedDict()
        self._lock = Lock()

    def __call__(self, path: Path, written: str) -> EncodedFile:
        """Return a file as it is now.

        Args:
            path: where it is.
            written: how the campaign names it, for messages.

        Raises:
            TemplateError: it cannot be read, is too large, or is no picture though its name says so.
            FileNotFoundError: there is none.
        """
        try:
            state = path.stat()
            key = path, state.st_mtime_ns, state.st_size
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            found = encoded(path, written)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise TemplateError(f"`{written}` cannot be read: {reason_of(error)}", template="attach") from None
        self._keep(key, found)
        return found

    def _keep(self, key: tuple[Path, int, int], file: EncodedFile) -> None:
        if len(file.lines) > self._room // 2:
            return
        with self._lock:
            self._kept[key] = file
            while sum(len(each.lines) for each in self._kept.values()) > self._room:
                self._kept.popitem(last=False)


def encoded(path: Path, written: str) -> EncodedFile:
    """Read a file and encode it.

    Raises:
        TemplateError: it is too large, or is no picture though its name says so.
        OSError: it cannot be read.
    """
    state = path.stat()
    if not S_ISREG(state.st_mode):  # what is no file, like a pipe, may never end
        raise TemplateError(f"`{written}` is no file", template="attach")
    size = state.st_size
    if size > LARGEST:
        raise TemplateError(
            f"`{written}` has {size / 1e6:,.0f} MB, more than any server takes",
            hint="put it behind a link",
            template="attach",
        )
    octets = path.read_bytes()
    return EncodedFile(media_type(path.name, octets), in_base64(octets), len(octets))


def in_base64(octets: bytes) -> bytes:
    """Return octets as lines of base64 (RFC 2045, 6.8), the last one ended."""
    return b"".join(_lines(octets))


def _lines(octets: bytes) -> Iterator[bytes]:
    """Yield lines of base64, many at once: a large file would otherwise be a million small objects."""
    for start in range(0, len(octets), _BLOCK):
        block = octets[start : start + _BLOCK]
        pieces = [b2a_base64(block[each : each + _LINE], newline=False) for each in range(0, len(block), _LINE)]
        yield b"\r\n".join([*pieces, b""])

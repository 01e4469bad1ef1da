"""The reader: a file on disk becomes a Text, or a diagnostic says why not."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.text import Span, Text

__all__ = ["MARK", "MAX_OCTETS", "Reader"]

#: More is not read at all. The parser's own limit is in characters, of which one takes at most four octets.
MAX_OCTETS = 4_000_000

#: The byte order mark, with which some editors begin a file in UTF-8.
MARK = b"\xef\xbb\xbf"


class Reader:
    """Reads files in UTF-8, without a byte order mark.

    Args:
        diagnostics: where it says why a file cannot be read.
        secret_options: names of options whose values are secret.
        unsaved: texts that are read in place of files, by their resolved paths.
    """

    def __init__(self, diagnostics: Diagnostics, secret_options: frozenset[str], unsaved: Mapping[Path, str]) -> None:
        self._diagnostics = diagnostics
        self._secret_options = secret_options
        self._unsaved = unsaved

    def __call__(self, path: Path, name: str) -> Text | None:
        """Return a file's text; `name` is what messages call it. None, with a diagnostic, where it has none."""
        if self._unsaved and (content := self._unsaved.get(path.resolve())) is not None:
            return Text(name, content, path, self._secret_options)
        try:
            octets = _octets(path)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self._diagnostics.add("MG122", None, found=name, reason=reason.lower(), suggestion="")
            return None
        if len(octets) > MAX_OCTETS:
            self._diagnostics.add("MG120", None, name=name, limit=MAX_OCTETS)
            return None
        if b"\0" in octets:
            hint = "is this a campaign file?"
            self._diagnostics.add("MG122", None, found=name, reason="it is no text", suggestion=hint)
            return None
        return self._decoded(octets.removeprefix(MARK), path, name)

    def _decoded(self, octets: bytes, path: Path, name: str) -> Text | None:
        try:
            return Text(name, octets.decode("utf-8"), path, self._secret_options)
        except UnicodeDecodeError as error:
            start = len(octets[: error.start].decode("utf-8"))
            text = Text(name, octets.decode("utf-8", errors="replace"), path, self._secret_options)
            self._diagnostics.add("MG121", Span(text, start, start + 1), found=f"0x{octets[error.start]:02X}")
            return None


def _octets(path: Path) -> bytes:
    """Read a file. A pipe or a device is refused, for it might never end, or never begin.

    Raises:
        OSError: it cannot be read, or is no file.
    """
    # Opening a pipe that nobody writes to would wait, but for O_NONBLOCK, which means nothing for a file.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise OSError(0, "it is a folder" if stat.S_ISDIR(mode) else "it is not a file")
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MAX_OCTETS + 1)

"""The reader: a file on disk becomes a Text, or a diagnostic says why not."""

from pathlib import Path

from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.text import Span, Text

__all__ = ["MAX_OCTETS", "read"]

#: More is not read at all. The parser's own limit is in characters, of which one takes at most four octets.
MAX_OCTETS = 4_000_000

_MARK = b"\xef\xbb\xbf"


def read(path: Path, name: str, diagnostics: Diagnostics, secret_options: frozenset[str] = frozenset()) -> Text | None:
    """Read a file in UTF-8, without a byte order mark. `name` is what messages call it."""
    try:
        with path.open("rb") as file:
            octets = file.read(MAX_OCTETS + 1).removeprefix(_MARK)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        diagnostics.add("MG122", None, found=name, reason=reason.lower(), suggestion="")
        return None
    if len(octets) > MAX_OCTETS:
        diagnostics.add("MG120", None, name=name, limit=MAX_OCTETS)
        return None
    try:
        return Text(name, octets.decode("utf-8"), path, secret_options)
    except UnicodeDecodeError as error:
        start = len(octets[: error.start].decode("utf-8"))
        text = Text(name, octets.decode("utf-8", errors="replace"), path, secret_options)
        diagnostics.add("MG121", Span(text, start, start + 1), found=f"0x{octets[error.start]:02X}")
        return None

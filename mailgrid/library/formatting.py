"""Formatting: files, folders of them, and the standard input, in their canonical layout."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from mailgrid.errors import CampaignError, UsageError
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.format.canonical import format_text
from mailgrid.language.reader import MARK, MAX_OCTETS, Reader
from mailgrid.language.text import Text
from mailgrid.library.rewriting import rewrite
from mailgrid.value import value

__all__ = ["Formatted", "campaign_files", "format_file", "format_stream"]


@value
class Formatted:
    """A text, the octets that it was read from, and its canonical layout."""

    text: Text
    octets: bytes
    content: str

    @property
    def is_changed(self) -> bool:
        """Whether it was laid out otherwise, had other line ends, or a byte order mark."""
        return self.octets != self.content.encode()

    def write(self) -> None:
        """Replace the file at once, or not at all; its mode stays.

        Raises:
            UsageError: it cannot be written, or is not what was formatted any more.
        """
        rewrite(self.text, self.content, keep_mark=False)


def campaign_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files among the paths, and all `*.mailgrid` in folders and below, without hidden ones."""
    for path in paths:
        if path.is_dir():
            inside = (each for each in sorted(path.rglob("*.mailgrid")) if each.is_file())
            yield from (each for each in inside if not _is_hidden(each.relative_to(path)))
        else:
            yield path


def format_file(path: Path) -> Formatted:
    """Lay out a file; it is not written yet.

    Raises:
        CampaignError: it cannot be read, or has mistakes of syntax.
    """
    diagnostics = Diagnostics()
    text = Reader(diagnostics, frozenset(), {})(path, str(path))
    if text is None:
        raise CampaignError(f"{path} cannot be read", tuple(diagnostics))
    octets = path.read_bytes()
    if octets.removeprefix(MARK) != text.content.encode():
        raise UsageError(f"{path} was changed meanwhile", hint="it was left alone; format it again")
    return Formatted(text, octets, format_text(text))


def format_stream(stream: BinaryIO, name: str) -> Formatted:
    """Lay out what is read from a stream; `name` is what messages call it.

    Raises:
        CampaignError: it has mistakes of syntax.
        UsageError: it is no text in UTF-8.
    """
    octets = stream.read(MAX_OCTETS + 1)
    try:
        text = Text(name, octets.removeprefix(MARK).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8", hint="save it as UTF-8") from error
    return Formatted(text, octets, format_text(text))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)

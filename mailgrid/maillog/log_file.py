"""LogFile: a log, plain or compressed with gzip, read line by line however large it is."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import BinaryIO

from mailgrid.errors import UsageError, reason_of
from mailgrid.maillog import exim, postfix
from mailgrid.maillog.log_entry import LogEntry
from mailgrid.maillog.stamp import Stamps

__all__ = ["LogFile"]

_GZIP = b"\x1f\x8b"
#: A longer line is none that a mail server writes; it is passed over in pieces.
_LONGEST = 65_536


class LogFile:
    """What one log of a Postfix or an Exim says.

    Lines of other programs, and lines that are damaged, are passed over.

    Args:
        path: the file.
        zone: of stamps that name none; None for this machine's.
    """

    def __init__(self, path: Path, zone: tzinfo | None = None) -> None:
        self.path = path
        self._zone = zone
        #: The moments of the first and the last line with a stamp, once they were read.
        self.begins: float | None = None
        self.ends: float | None = None

    def __iter__(self) -> Iterator[LogEntry]:
        """Go through the file.

        Raises:
            UsageError: it cannot be read to its end.
        """
        try:
            with self.path.open("rb") as file:
                until = datetime.fromtimestamp(self.path.stat().st_mtime, UTC)
                yield from self._read(_lines(_unpacked(file)), Stamps(until, self._zone))
        except (OSError, EOFError, zlib.error) as error:
            reason = reason_of(error) if isinstance(error, OSError) else "it is broken off"
            hint = "name a log of Postfix or Exim that you may read, plain or with gzip"
            raise UsageError(f"the log {self.path} cannot be read: {reason}", hint=hint) from error

    def _read(self, lines: Iterable[bytes], stamps: Stamps) -> Iterator[LogEntry]:
        for line in lines:
            stamped = stamps(line.decode(errors="replace").rstrip("\r\n"))
            if stamped is None:
                continue
            moment, rest = stamped
            self.begins = moment if self.begins is None else min(self.begins, moment)
            self.ends = moment if self.ends is None else max(self.ends, moment)
            if (entry := postfix.read(rest) or exim.read(rest)) is not None:
                yield replace(entry, time=moment)


def _unpacked(file: BinaryIO) -> BinaryIO:
    """Return what is in a file: its own octets, or those that were packed with gzip."""
    packed = file.read(len(_GZIP)) == _GZIP
    file.seek(0)
    return gzip.open(file) if packed else file  # type: ignore[return-value]  # it is read in the same way


def _lines(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.readline(_LONGEST), b"")

"""Inbox: messages that were taken, in a Maildir: those of `mailgrid sandbox`, and what the transport of that name left.

Nothing of it is kept in memory, so it may grow as the disk allows.
"""

import os
import re
import socket
from collections.abc import Iterator, Sequence
from heapq import nlargest
from itertools import count
from pathlib import Path
from time import monotonic, time_ns

from mailgrid.errors import MailgridError, reason_of
from mailgrid.web.letter import Letter
from mailgrid.web.spool import PAGE, Mail, Page, Row, Standing

__all__ = ["Inbox"]

_NAME = re.compile(r"[A-Za-z0-9][\w.,:=+!-]*")
#: What a delivery agent writes above a message: the envelope.
_ENVELOPE = re.compile(rb"\AReturn-Path: <([^\r\n]*)>\r?\nDelivered-To: ([^\r\n]*)\r?\n")
#: A list shows headers; nobody's are longer.
_HEAD = 64 * 1024
_SEARCHED = 200
_PATIENCE = 0.5
_SECONDS = 10


class Inbox:
    """A spool of what was taken, the newest first.

    Args:
        folder: the Maildir; made where it is missing.
        title: what people call it.
        hint: what to do to get mail in.

    Raises:
        MailgridError: it cannot be made.
    """

    def __init__(self, folder: Path, title: str, hint: str) -> None:
        #: The Maildir.
        self.folder = folder
        self._title = title
        self._hint = hint
        self._unique = f"P{os.getpid()}.{re.sub(r'[^A-Za-z0-9.-]', '-', socket.gethostname())}"
        self._count = count(1)
        try:
            for name in ("tmp", "new", "cur"):
                (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            hint = "name a folder that can be written to"
            raise MailgridError(f"{folder} cannot be an inbox: {reason_of(error)}", hint=hint) from error

    def store(self, mail_from: str, rcpt_to: Sequence[str], content: bytes) -> str:
        """Store a message, its octets as they came, below its envelope; return its name.

        Raises:
            OSError: it cannot be written; nothing of it is to be seen.
        """
        name = f"{time_ns()}.Q{next(self._count)}{self._unique}"
        envelope = f"Return-Path: <{mail_from}>\r\nDelivered-To: {', '.join(rcpt_to)}\r\n"
        place = self.folder / "tmp" / name
        place.write_bytes(envelope.encode("utf-8", "surrogateescape") + content)
        place.rename(self.folder / "new" / name)
        return name

    def version(self) -> str:
        """Return when something came or went."""
        return "-".join(str(_changed(self.folder / name)) for name in ("new", "cur"))

    def standing(self) -> Standing:
        """Return how many messages there are."""
        version, count = self.version(), sum(1 for _ in self._names())
        facts = (f"{count:,} message{'s' * (count != 1)}", self._hint)
        return Standing("inbox", self._title, tuple(filter(None, facts)), count, self._hint, version)

    def page(self, after: str, wanted: str) -> Page:
        """Return messages older than the one called `after`."""
        needle = wanted.strip().casefold()
        rows: list[Row] = []
        ends = monotonic() + _PATIENCE
        last = after
        while names := nlargest(_SEARCHED, (name for name in self._names() if not last or name < last)):
            for last in names:
                row = self._row(last)
                if row and needle in f"{row.who}\n{row.subject}".casefold():
                    rows.append(row)
                if len(rows) == PAGE or monotonic() > ends:
                    return Page(tuple(rows), last)
        return Page(tuple(rows))

    def mail(self, name: str) -> Mail | None:
        """Read the message of a name."""
        path = self._path(name)
        try:
            raw = path.read_bytes() if path else None
        except OSError:  # somebody took it away
            raw = None
        if raw is None:
            return None
        envelope = _ENVELOPE.match(raw)
        content = raw[envelope.end() :] if envelope else raw
        if b"\r\n" not in content:  # the line ends of a file on this system
            content = content.replace(b"\n", b"\r\n")
        facts = {"envelope from": _text(envelope[1]) or "<>", "envelope to": _text(envelope[2])} if envelope else {}
        return Mail(content, facts)

    def _names(self) -> Iterator[str]:
        for folder in ("new", "cur"):
            with os.scandir(self.folder / folder) as entries:
                yield from (entry.name for entry in entries if _NAME.fullmatch(entry.name))

    def _path(self, name: str) -> Path | None:
        """Return where a message is; a name never leads out of the folder."""
        if not _NAME.fullmatch(name):
            return None
        places = (self.folder / folder / name for folder in ("new", "cur"))
        return next((place for place in places if place.is_file() and not place.is_symlink()), None)

    def _row(self, name: str) -> Row | None:
        path = self._path(name)
        if path is None:
            return None
        try:
            with path.open("rb") as file:
                raw = file.read(_HEAD)
        except OSError:  # somebody took it away
            return None
        envelope = _ENVELOPE.match(raw)
        letter = Letter(raw[envelope.end() if envelope else 0 :].replace(b"\r\n", b"\n").partition(b"\n\n")[0])
        who = _text(envelope[2]) if envelope else letter.header("to")
        digits = re.match(r"\d+", name)
        came = float(digits[0][:_SECONDS]) if digits else None
        return Row(name, who, letter.header("subject"), time=came)


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "replace")


def _changed(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0

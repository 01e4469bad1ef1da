"""RunLock: only one run of a campaign at a time. The system gives the lock back however the holder ends."""

import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from mailgrid.errors import LedgerError, Refused
from mailgrid.ledger.faults import told
from mailgrid.value import value

__all__ = ["RunLock", "UnderWay", "refusal", "under_way"]

_HOLDER_BYTES = 500
#: Who only looks whether it is held has it for a few microseconds: so often it is tried, so many seconds apart.
_TRIES = 3
_PAUSE = 0.02


@value
class UnderWay:
    """An `apply` that is under way: since when, in seconds since 1970, by which it is known, and its edition."""

    since: float
    edition: str


class RunLock:
    """A lock on a file beside the ledger, held inside `with`. The file stays: only the lock on it means anything.

    Args:
        path: the lock's file; its folder exists.
        campaign: for the message.
        clock: the time, in seconds since 1970.
        edition: the edition that is to be sent; None for a command that sends nothing, and only holds the lock.

    Attributes:
        since: when it was taken, in seconds since 1970.

    Raises:
        Refused: MG606, another run holds it; the message says which.
        LedgerError: this system, or the file system, has no such locks.
    """

    def __init__(self, path: Path, campaign: str, clock: Callable[[], float], edition: str | None = None) -> None:
        self._path = path
        self._campaign = campaign
        self._clock = clock
        self._edition = edition
        self.since = 0.0
        self._descriptor = -1

    def __enter__(self) -> Self:
        with told(self._path):
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                self._take(descriptor)
                _write_whole(descriptor, self._holder())
            except BaseException:
                os.close(descriptor)
                raise
        self._descriptor = descriptor
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def _take(self, descriptor: int) -> None:
        try:
            import fcntl
        except ImportError:
            raise LedgerError(
                "this system has no file locks (`flock`), so two runs could write to the same people",
                hint="run Mailgrid on Linux, macOS or BSD; on Windows inside WSL",
            ) from None
        for _ in range(_TRIES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE)
            else:
                return
        holder = os.pread(descriptor, _HOLDER_BYTES, 0).partition(b"\n")[0]
        raise refusal(self._campaign, holder.decode(errors="replace"))

    def _holder(self) -> bytes:
        """Return who holds it, for people, and in a second line what `under_way` reads."""
        self.since = self._clock()
        since = datetime.fromtimestamp(self.since, UTC)
        who = f"pid {os.getpid()} on {socket.gethostname()} since {since:%Y-%m-%d %H:%M:%S}Z"
        return (who if self._edition is None else f"{who}\n{self.since!r} {self._edition}").encode()


def refusal(campaign: str, holder: str) -> Refused:
    """Return the refusal, MG606, of a run while another one holds the lock; `holder` is empty where it is not known."""
    return Refused(
        f"another run of `{campaign}` holds the lock ({holder or 'it has only just begun'})",
        hint="wait until it has ended, or stop it: what it has sent is recorded, a later run goes on from there",
        code="MG606",
    )


def under_way(path: Path) -> UnderWay | None:
    """Return the `apply` that holds the lock at this path now; None where nobody does, or what sends nothing.

    Raises:
        OSError: that cannot be found out.
    """
    if not _is_held(path):
        return None
    since, _, edition = path.read_text(encoding="utf-8").partition("\n")[2].partition(" ")
    return UnderWay(float(since), edition) if since else None


def _is_held(path: Path) -> bool:
    try:
        import fcntl

        descriptor = os.open(path, os.O_RDONLY)
    except (ImportError, FileNotFoundError):
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _write_whole(descriptor: int, content: bytes) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, content, 0)

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

__all__ = ["RunLock", "is_held"]

_HOLDER_BYTES = 500
#: Who only looks whether it is held has it for a few microseconds: so often it is tried, so many seconds apart.
_TRIES = 3
_PAUSE = 0.02


class RunLock:
    """A lock on a file beside the ledger, held inside `with`. The file stays: only the lock on it means anything.

    Args:
        path: the lock's file; its folder exists.
        campaign: for the message.
        clock: the time, in seconds since 1970.

    Raises:
        Refused: MG606, another run holds it; the message says which.
        LedgerError: this system, or the file system, has no such locks.
    """

    def __init__(self, path: Path, campaign: str, clock: Callable[[], float]) -> None:
        self._path = path
        self._campaign = campaign
        self._clock = clock
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
        raise self._refusal(os.pread(descriptor, _HOLDER_BYTES, 0))

    def _holder(self) -> bytes:
        since = datetime.fromtimestamp(self._clock(), UTC)
        return f"pid {os.getpid()} on {socket.gethostname()} since {since:%Y-%m-%d %H:%M:%S}Z".encode()

    def _refusal(self, holder: bytes) -> Refused:
        who = holder.decode(errors="replace") or "it has only just begun"
        return Refused(
            f"another run of `{self._campaign}` holds the lock ({who})",
            hint="wait until it has ended, or stop it: what it has sent is recorded, a later run goes on from there",
            code="MG606",
        )


def is_held(path: Path) -> bool:
    """Tell whether a run holds the lock at this path now.

    Raises:
        OSError: that cannot be found out.
    """
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

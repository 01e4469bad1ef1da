"""Seats: how many workers may send through a named transport at once, over all runs of the project on this machine.

A seat is a lock on a file, and so is the place of a run at the table. The system gives them back however the holder
ends, and nobody has to tell by a clock whether somebody still lives.
"""

import os
from contextlib import suppress
from pathlib import Path

from mailgrid.errors import LedgerError
from mailgrid.ledger.faults import told

__all__ = ["Seats"]


class Seats:
    """One run's part of the seats; used by one thread at a time.

    The runs at the table share the seats evenly, in the order of their places; where there are more runs than seats,
    the last have none until one of the others has ended.

    Args:
        folder: where the locks' files are; made where it is missing.
        count: how many seats there are.

    Raises:
        LedgerError: this system, or the file system, has no such locks.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._count = count
        self._held: dict[int, int] = {}  # descriptors by seat
        with told(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._place, self._at_table = self._sit_down()

    @property
    def held(self) -> int:
        """How many seats this run holds."""
        return len(self._held)

    @property
    def share(self) -> int:
        """How many seats are this run's now.

        Raises:
            LedgerError: the files cannot be read.
        """
        with told(self._folder):
            places = sorted(self._places())
        here = [place for place in places if place == self._place or self._is_taken(place)]
        each, rest = divmod(self._count, len(here))
        return each + (here.index(self._place) < rest)

    def take(self) -> int | None:
        """Take a seat that is free, and return its number; None when none is.

        Raises:
            LedgerError: the files cannot be opened.
        """
        with told(self._folder):
            for seat in range(self._count):
                if seat not in self._held and (descriptor := _locked(self._folder / f"seat.{seat}")) is not None:
                    self._held[seat] = descriptor
                    return seat
        return None

    def give_back(self, seat: int) -> None:
        """Give a seat back."""
        os.close(self._held.pop(seat))

    def close(self) -> None:
        """Leave the table. May be called twice."""
        while self._held:
            os.close(self._held.popitem()[1])
        if self._at_table >= 0:
            os.close(self._at_table)
            self._at_table = -1

    def _sit_down(self) -> tuple[int, int]:
        """Take the first place that is free."""
        place = 0
        while (descriptor := _locked(self._folder / f"run.{place}")) is None:
            place += 1
        return place, descriptor

    def _places(self) -> list[int]:
        return [int(file.suffix[1:]) for file in self._folder.iterdir() if file.stem == "run"]

    def _is_taken(self, place: int) -> bool:
        with told(self._folder):
            descriptor = _locked(self._folder / f"run.{place}")
        if descriptor is not None:
            os.close(descriptor)
        return descriptor is None


def _locked(file: Path) -> int | None:
    """Lock a file, and return its descriptor; None while somebody else holds the lock."""
    try:
        import fcntl
    except ImportError:
        raise LedgerError(
            "this system has no file locks (`flock`), so runs cannot share the workers of a transport",
            hint="run Mailgrid on Linux, macOS or BSD; on Windows inside WSL",
        ) from None
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return descriptor
    os.close(descriptor)
    return None

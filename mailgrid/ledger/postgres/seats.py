"""PostgresSeats: how many workers may send through a named transport at once, over all runs on all machines.

A seat is an advisory lock, and so is the place of a run at the table; they are those of a session, with which the
server takes them back.
"""

import threading
from contextlib import suppress

from mailgrid.errors import LedgerError
from mailgrid.ledger.postgres.faults import told
from mailgrid.ledger.postgres.server import Server, ask

__all__ = ["PostgresSeats"]

_NAME = "hashtext(%s || ' ' || %s)"
_TAKE = f"SELECT pg_try_advisory_lock({_NAME}, %s)"
_GIVE = f"SELECT pg_advisory_unlock({_NAME}, %s)"
_PLACES = """
    SELECT objid::bigint FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND objsubid = 2 AND datname = current_database() AND granted
        AND classid::bigint = @name::bigint & 4294967295
    ORDER BY 1
""".replace("@name", _NAME)


class PostgresSeats:
    """One run's part of the seats, as `SharedSeats`. Any thread may ask.

    The runs at the table share the seats evenly, in the order of their places; where there are more runs than seats,
    the last have none until one of the others has ended.

    Args:
        server: where the locks are.
        transport: its name.
        count: how many seats there are.
    """

    def __init__(self, server: Server, transport: str, count: int) -> None:
        self._place = server.place
        self._count = count
        self._held: set[int] = set()
        self._seat = (server.place.schema, f"seat {transport}")
        self._run = (server.place.schema, f"run {transport}")
        self._session = server.dedicated()
        self._lock = threading.Lock()  # to lock a seat twice is no mistake for the session that has it
        self._at = 0
        while not self._locked(self._run, self._at):
            self._at += 1

    @property
    def held(self) -> int:
        """How many seats this run holds."""
        return len(self._held)

    @property
    def share(self) -> int:
        """How many seats are this run's now."""
        with told(self._place):
            here = [place for (place,) in ask(self._session, _PLACES, self._run)]
        each, rest = divmod(self._count, len(here))
        return each + (here.index(self._at) < rest)

    def take(self) -> int | None:
        """Take a seat that is free, and return its number; None when none is."""
        with self._lock:
            for seat in range(self._count):
                if seat not in self._held and self._locked(self._seat, seat):
                    self._held.add(seat)
                    return seat
        return None

    def give_back(self, seat: int) -> None:
        """Give a seat back."""
        with self._lock, suppress(LedgerError), told(self._place):  # a session that is gone holds none
            self._held.discard(seat)
            ask(self._session, _GIVE, (*self._seat, seat))

    def close(self) -> None:
        """Leave the table. May be called twice."""
        self._held.clear()
        if not self._session.closed:
            with suppress(LedgerError), told(self._place):  # sooner than the server notices that we hang up
                ask(self._session, "SELECT pg_advisory_unlock_all()")
        self._session.close()

    def _locked(self, name: tuple[str, str], number: int) -> bool:
        with told(self._place):
            return ask(self._session, _TAKE, (*name, number)).fetchone() == (True,)

"""LeasedStore: the ledger for one chunk. It outlasts a restart of the database, and ends with the lease."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mailgrid.cluster.guard import Guard
from mailgrid.errors import LedgerError
from mailgrid.hookspecs import Counts
from mailgrid.ledger.postgres.faults import is_outage
from mailgrid.ledger.postgres.leases import hold
from mailgrid.ledger.postgres.server import Server
from mailgrid.ledger.postgres.store import PostgresStore
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Entry, Identity, Intent, Result

__all__ = ["LeasedStore"]

_log = logging.getLogger("mailgrid.cluster")
#: So many seconds after a failure it is tried again.
_PAUSE = 0.25


class LeasedStore(PostgresStore):
    """A ledger under a chunk's lease; its run is the coordinator's.

    What cannot be written because the database is away is written when it is back. Where a commit's answer was lost it
    is looked up whether it happened, so that nothing is recorded twice, and nobody is in doubt on that account.

    Args:
        server: the database.
        identity: which mailing.
        rehearsal: whether it is that of rehearsals.
        lease: under which is written.
        run: the number of the coordinator's run in the ledger.
        guard: ends it.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        server: Server,
        identity: Identity,
        *,
        rehearsal: bool,
        lease: int,
        run: int,
        guard: Guard,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        # The coordinator has noted the mailing, so a host needs no right to.
        super().__init__(server, identity, rehearsal=rehearsal, root=Path(), write=False)
        self._write = True
        self._lease = lease
        self._run = run
        self._guard = guard
        self._sleep = sleep

    def write(self, intents: Sequence[Intent], results: Sequence[Result], bucket: float | None = None) -> None:
        """Record intents and results in one transaction, however long the database is away; the bucket is shared.

        Raises:
            LedgerError: the chunk is somebody else's, or the ledger refuses.
        """
        del bucket
        doubtful = False
        while not self._guard.lost:
            asked = self._guard.clock()
            try:
                if not (doubtful and self._happened(intents, results)):
                    self._written(intents, results)
                self._guard.confirm(asked)
                return
            except LedgerError as error:
                if not is_outage(error):
                    raise
                if not doubtful:
                    _log.info("%s; what is to be recorded waits for it", error.message)
                doubtful = True
                self._sleep(_PAUSE)
        raise self._guard.refusal()

    def _written(self, intents: Sequence[Intent], results: Sequence[Result]) -> None:
        super().write(intents, results)

    def _happened(self, intents: Sequence[Intent], results: Sequence[Result]) -> bool:
        """Find out whether a transaction was committed. It is one, so what became of one of its people tells.

        Raises:
            LedgerError: the lease is gone: what is written there may be somebody else's.
        """
        with self._server.transaction() as connection:
            hold(connection, self._lease)
        begun, ended = {each.key for each in intents}, {each.key: each for each in results}
        if alone := next(iter(begun - ended.keys()), None):
            entry = self.entry(alone)
            return entry is not None and entry.state is State.SENDING
        if not ended:
            return False
        key, result = next(iter(ended.items()))
        return _has(self.entry(key), result) if key in begun else not _is_sending(self.entry(key))

    def begin_run(self, transport: str, to_send: int, now: float) -> int:
        """Return the coordinator's run, which this is a part of."""
        del transport, to_send, now
        assert self._run is not None
        return self._run

    def end_run(self, run: int, counts: Counts, exit_code: int, now: float) -> None:
        """Leave the run open: its coordinator ends it."""

    def bucket(self) -> float:
        """Return nothing: the campaign's bucket is shared by all hosts."""
        return 0.0

    def tried_since(self, moment: float, width: int) -> Mapping[int, int]:
        """Return nothing: the campaign's quota is shared by all hosts."""
        del moment, width
        return {}


def _is_sending(entry: Entry | None) -> bool:
    return entry is not None and entry.state is State.SENDING


def _has(entry: Entry | None, result: Result) -> bool:
    return entry is not None and entry.time == result.time and entry.state is result.state

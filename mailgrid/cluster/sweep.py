"""Sweep: gives back the chunks of hosts that are not heard of any more, and ends the runs that are over.

The coordinator does it, and so do the hosts, in turn: a run goes on when its coordinator is killed.
"""

from mailgrid.cluster.breaking_off import broken_off
from mailgrid.cluster.chunks import Chunks
from mailgrid.cluster.hosts import Hosts
from mailgrid.cluster.queue import Queue
from mailgrid.cluster.runs import Run, Runs
from mailgrid.ledger.postgres.database import Database

__all__ = ["STOPPED", "Sweep"]

#: Why a run has ended that somebody stopped.
STOPPED = "stopped by `mailgrid stop`"


class Sweep:
    """Looks after the runs of a database. It raises LedgerError where that cannot be read or written."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._runs = Runs(database.server)
        self._hosts = Hosts(database.server)
        self._chunks = Chunks(database.server)
        self._queue = Queue(database.server)

    def __call__(self) -> None:
        """Look after all of them, and forget hosts that are long gone."""
        for run in self._runs.open():
            self.look_after(run)
        self._hosts.forget()

    def look_after(self, run: Run) -> None:
        """End a run that is done, is stopped or fails too often; else defer a task for each chunk that has none."""
        if self._database.wish(run.campaign, run.since, rehearsal=run.rehearsal).stopped:
            self._runs.end(run.id, STOPPED)
            return
        total = self._chunks.total(run.id)
        if (why := broken_off(run.spec.stop, total.counted)) is not None:
            self._runs.end(run.id, why)
        elif waiting := self._chunks.idle(run.id):
            self._queue.defer(run, waiting)
        elif total.done == total.chunks:
            self._runs.end(run.id)

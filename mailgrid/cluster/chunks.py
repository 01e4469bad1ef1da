"""Chunks: which of them are to be sent, and who has which. Only one host at a time has a chunk."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from mailgrid.cluster.chunk import Member, from_document
from mailgrid.cluster.runs import Run
from mailgrid.ledger.postgres.leases import STALL, grant, revoke
from mailgrid.ledger.postgres.server import Connection, Server, ask
from mailgrid.value import value

__all__ = ["Chunks", "Counted", "Held", "Outcome", "Total"]

# A holder is stalled when nothing was heard of it for too long; the time in which the server itself was away does not
# count, for nobody could be heard then.
_SILENT = "extract(epoch FROM clock_timestamp() - greatest(l.beaten, pg_postmaster_start_time()))"
_STANDING = """
    SELECT c.done OR r.ended IS NOT NULL, c.due, c.lease, l.id IS NOT NULL, coalesce(@silent, 0)::float8
    FROM cluster_chunks c JOIN cluster_runs r ON r.id = c.run LEFT JOIN leases l ON l.id = c.lease
    WHERE c.run = %s AND c.number = %s FOR UPDATE OF c
""".replace("@silent", _SILENT)
_RELEASE = """
    UPDATE cluster_chunks SET
        done = %s, due = %s, lease = NULL, holder = NULL, story = %s,
        sent = %s, failed = %s, deferred = %s, in_doubt = %s, suppressed = %s
    WHERE run = %s AND number = %s AND lease = %s
"""
_BEAT = """
    WITH beating AS (UPDATE leases SET beaten = now() WHERE id = %s RETURNING 1)
    UPDATE cluster_chunks SET sent = %s, failed = %s, deferred = %s, in_doubt = %s, suppressed = %s
    WHERE run = %s AND number = %s AND lease = %s AND EXISTS (SELECT 1 FROM beating) RETURNING 1
"""
# Those that nobody has, or somebody of whom nothing is heard, and for which no task waits.
_IDLE = """
    SELECT c.number, c.limited FROM cluster_chunks c LEFT JOIN leases l ON l.id = c.lease
    WHERE c.run = %s AND NOT c.done AND c.due <= extract(epoch FROM clock_timestamp())
    AND (l.id IS NULL OR @silent > %s)
    AND NOT EXISTS (
        SELECT 1 FROM procrastinate_jobs j
        WHERE j.queueing_lock = format('mailgrid %%s %%s', c.run, c.number) AND j.status = 'todo'
    )
    ORDER BY c.number
""".replace("@silent", _SILENT)
_TOTAL = """
    SELECT count(*), count(*) FILTER (WHERE done), count(*) FILTER (WHERE lease IS NOT NULL),
        coalesce(sum(sent), 0), coalesce(sum(failed), 0), coalesce(sum(deferred), 0), coalesce(sum(in_doubt), 0),
        coalesce(sum(suppressed), 0), min(due) FILTER (WHERE NOT done)
    FROM cluster_chunks WHERE run = %s
"""


@value
class Counted:
    """What became of a chunk's people so far, in this run."""

    sent: int = 0
    failed: int = 0
    deferred: int = 0
    in_doubt: int = 0
    suppressed: int = 0

    def __iter__(self) -> Iterator[int]:
        return iter((self.sent, self.failed, self.deferred, self.in_doubt, self.suppressed))


@value
class Held:
    """A chunk that this host has: under which lease, and what was told of it by those who had it before."""

    run: Run
    number: int
    lease: int
    members: Sequence[Member]
    story: Mapping[str, Any]


@value
class Outcome:
    """How a host leaves a chunk: `due` is when somebody is to look again, where it is not `done`.

    `story` is what a report tells beside the counts: attempts, warnings, transports, reasons.
    """

    counted: Counted
    done: bool
    due: float = 0.0
    story: Mapping[str, Any] = field(default_factory=dict)


@value
class Total:
    """How far a run is: its chunks, those that are done and those that hosts have; its people; when it goes on."""

    chunks: int
    done: int
    held: int
    counted: Counted
    due: float | None


class Chunks:
    """The chunks in a database. Every method raises LedgerError where that cannot be read or written."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def take(self, run: Run, number: int, holder: str) -> Held | None:
        """Take a chunk, away from one who is not heard of any more if need be; None where there is nothing to do.

        Args:
            run: the run.
            number: the chunk's.
            holder: who takes it, for people.
        """
        with self._server.transaction() as connection:
            row = ask(connection, _STANDING, (run.id, number)).fetchone()
            if row is None:
                return None
            done, due, lease, alive, silent = row
            (now,) = ask(connection, "SELECT extract(epoch FROM clock_timestamp())::float8").fetchone() or (0.0,)
            if done or due > now or (alive and silent <= STALL):
                return None
            if lease is not None:
                revoke(connection, run.ledger, [lease])
            taken = grant(connection, run.ledger, holder, number)
            sql = "UPDATE cluster_chunks SET lease = %s, holder = %s WHERE run = %s AND number = %s RETURNING story"
            story = ask(connection, sql, (taken, holder, run.id, number)).fetchone()
            people = self._people(connection, run, number)
        return Held(run, number, taken, from_document(people, run.spec.kept), story[0] if story else {})

    @staticmethod
    def _people(connection: Connection, run: Run, number: int) -> list[Any]:
        sql = "SELECT people FROM cluster_people WHERE run = %s AND number = %s"
        row = ask(connection, sql, (run.id, number)).fetchone()
        return list(row[0]) if row else []

    def beat(self, held: Held, counted: Counted) -> bool:
        """Say that the holder of a chunk is alive, and how far it is; False where somebody else has it."""
        place = (held.run.id, held.number)
        return bool(self._server.rows(_BEAT, (held.lease, *counted, *place, held.lease)))

    def release(self, held: Held, outcome: Outcome) -> bool:
        """Give a chunk back; False where it was taken away before."""
        with self._server.transaction() as connection:
            revoke(connection, held.run.ledger, [held.lease])
            place = (held.run.id, held.number, held.lease)
            values = (outcome.done, outcome.due, json.dumps(outcome.story), *outcome.counted, *place)
            released = ask(connection, _RELEASE, values).rowcount == 1
            if released and outcome.done:
                ask(connection, "DELETE FROM cluster_people WHERE run = %s AND number = %s", place[:2])
            return released

    def idle(self, run: int) -> list[tuple[int, bool]]:
        """Return the chunks that wait for a host without a task that says so: number, and whether it is limited."""
        return [(int(number), bool(limited)) for number, limited in self._server.rows(_IDLE, (run, STALL))]

    def total(self, run: int) -> Total:
        """Return how far a run is."""
        ((chunks, done, held, *counts, due),) = self._server.rows(_TOTAL, (run,))
        return Total(chunks, done, held, Counted(*map(int, counts)), due)

    def stories(self, run: int) -> list[Mapping[str, Any]]:
        """Return what was told of each chunk."""
        return [row[0] for row in self._server.rows("SELECT story FROM cluster_chunks WHERE run = %s", (run,))]

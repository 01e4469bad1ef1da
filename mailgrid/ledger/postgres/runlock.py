"""PostgresLock: only one run of a campaign at a time, on whatever machine. The server frees it however the run ends."""

import os
import socket
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from mailgrid.errors import LedgerError
from mailgrid.ledger.postgres.faults import told
from mailgrid.ledger.postgres.leases import grant, revoke
from mailgrid.ledger.postgres.open_run import open_run
from mailgrid.ledger.postgres.server import Connection, Server, ask
from mailgrid.ledger.runlock import UnderWay, refusal

__all__ = ["PostgresLock", "holder_name", "under_way"]

_NAME = "hashtextextended(%s || ' run ' || %s || %s::text, 0)"
_TAKE = f"SELECT pg_try_advisory_lock({_NAME})"
_HELD = """
    SELECT EXISTS (
        SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
        WHERE locktype = 'advisory' AND objsubid = 1 AND datname = current_database() AND granted
            AND (classid::bigint << 32 | objid::bigint) = @name
    )
""".replace("@name", _NAME)
_NOTE = """
    INSERT INTO holders (campaign, rehearsal, holder, since, edition)
    VALUES (%s, %s, %s, extract(epoch FROM clock_timestamp()), %s)
    ON CONFLICT (campaign, rehearsal) DO UPDATE SET
        holder = excluded.holder, since = excluded.since, edition = excluded.edition
    RETURNING since
"""
_HOLDER = "SELECT holder FROM holders WHERE campaign = %s AND rehearsal = %s"
_UNDER_WAY = "SELECT since, edition FROM holders WHERE campaign = %s AND rehearsal = %s AND edition IS NOT NULL"


class PostgresLock:
    """An advisory lock of a session of its own, held inside `with`.

    When the session breaks the server gives the lock to somebody else, which takes away the lease under which the run
    writes: it can begin nothing any more, though it does not know yet.

    Args:
        server: where the ledger is.
        campaign: whose run.
        rehearsal: whether it reaches nobody.
        edition: the edition that is to be sent; None for a command that sends nothing, and only holds the lock.
        held: the locks that are held by this process, by campaign and whether they are rehearsals'.
        joins: whether it is for somebody who takes part in a run that many hosts carry out, and that goes on.

    Attributes:
        since: when it was taken, in seconds since 1970, on the server's clock.

    Raises:
        Refused: MG606, another run holds it; the message says which.
    """

    def __init__(
        self,
        server: Server,
        campaign: str,
        *,
        rehearsal: bool,
        edition: str | None,
        held: "dict[tuple[str, bool], PostgresLock]",
        joins: bool = False,
    ) -> None:
        self._server = server
        self._held = held
        self._joins = joins
        self._edition = edition
        self.since = 0.0
        self._name = (server.place.schema, campaign, rehearsal)
        self._session: Connection | None = None
        self._lease: int | None = None
        self._ledger = 0

    def __enter__(self) -> Self:
        session = self._server.dedicated()
        try:
            with told(self._server.place):
                self._take(session)
        except BaseException:
            session.close()
            raise
        self._session = session
        self._held[self._name[1:]] = self
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        session, self._session = self._session, None
        assert session is not None
        if self._held.get(self._name[1:]) is self:
            del self._held[self._name[1:]]
        try:
            # Where the server is gone, whoever comes next finds the lease, and takes it away.
            with suppress(LedgerError), told(self._server.place), session.transaction():
                if self._lease is not None:
                    revoke(session, self._ledger, [self._lease])
                ask(session, "SELECT pg_advisory_unlock_all()")  # sooner than the server notices that we hang up
        finally:
            self._lease = None
            session.close()

    def lease(self, connection: Connection, ledger: int) -> int:
        """Return the lease under which this run writes to its ledger; the first to ask has it made."""
        if self._lease is None:
            self._lease, self._ledger = grant(connection, ledger, holder_name()), ledger
        return self._lease

    def _take(self, session: Connection) -> None:
        if ask(session, _TAKE, self._name).fetchone() != (True,):
            holder = ask(session, _HOLDER, self._name[1:]).fetchone()
            raise refusal(self._name[1], holder[0] if holder else "")
        if not self._joins and (shared := open_run(self._server, self._name[1], rehearsal=self._name[2])):
            since = datetime.fromtimestamp(shared.since, UTC)
            raise refusal(self._name[1], f"the hosts of a cluster since {since:%Y-%m-%d %H:%M:%S}Z")
        row = ask(session, _NOTE, (*self._name[1:], holder_name(), self._edition)).fetchone()
        assert row is not None
        self.since = float(row[0])


def under_way(server: Server, campaign: str, *, rehearsal: bool) -> UnderWay | None:
    """Return the `apply` that holds a campaign's lock now, on whatever machine; None where nobody does.

    Raises:
        LedgerError: that cannot be found out.
    """
    ((held,),) = server.rows(_HELD, (server.place.schema, campaign, rehearsal))
    rows = server.rows(_UNDER_WAY, (campaign, rehearsal)) if held else []
    return UnderWay(*rows[0]) if rows else None


def holder_name() -> str:
    """Return what this process is called where it holds something."""
    return f"pid {os.getpid()} on {socket.gethostname()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z"

"""Leases: who may write to a ledger's recipients. An attempt belongs to the lease that it was begun under.

A lease is a row: to take it away from somebody is to delete it, and what was `sending` under it is in doubt from that
moment on. Its holder finds that out with the next thing that it writes. Times are the server's.
"""

from mailgrid.errors import LedgerError
from mailgrid.ledger.postgres import statements
from mailgrid.ledger.postgres.server import Connection, ask
from mailgrid.value import value

__all__ = ["NOBODYS", "STALL", "Lease", "grant", "hold", "live", "recover", "revoke"]

#: Whoever has not been heard of for so long, in seconds, has its lease taken away.
STALL = 10.0
#: Stands in place of a lease where nobody else can be writing.
NOBODYS = -1


@value
class Lease:
    """A lease: its number, whose it is, of what, and how long ago its holder was heard of, in seconds."""

    id: int
    ledger: int
    holder: str
    chunk: int | None
    silent: float


def grant(connection: Connection, ledger: int, holder: str, chunk: int | None = None) -> int:
    """Give out a lease, and return its number. `chunk` is None for a run on its own."""
    sql = "INSERT INTO leases (ledger, holder, chunk) VALUES (%s, %s, %s) RETURNING id"
    row = ask(connection, sql, (ledger, holder, chunk)).fetchone()
    assert row is not None
    return int(row[0])


def hold(connection: Connection, lease: int) -> None:
    """Keep a lease from being taken away until the end of this transaction.

    Raises:
        LedgerError: it is gone.
    """
    # FOR KEY SHARE does not stand in the way of a heartbeat, which is an UPDATE, but in that of DELETE.
    sql = "SELECT 1 FROM leases WHERE id = %s FOR KEY SHARE"
    if lease != NOBODYS and ask(connection, sql, (lease,)).fetchone() is None:
        raise LedgerError(
            "the ledger has given this run's recipients to somebody else: it was not heard of for too long",
            hint="look whether this machine was suspended, or its network cut; what it sent is recorded, or in doubt",
        )


def live(connection: Connection, ledger: int) -> list[Lease]:
    """Return the leases of a ledger, oldest first. While the server was away nobody could be heard of."""
    sql = """
        SELECT id, ledger, holder, chunk,
            extract(epoch FROM clock_timestamp() - greatest(beaten, pg_postmaster_start_time()))::float8
        FROM leases WHERE ledger = %s ORDER BY id
    """
    return [Lease(*row) for row in ask(connection, sql, (ledger,))]


def revoke(connection: Connection, ledger: int, leases: list[int]) -> int:
    """Take leases away, in a transaction; return how many messages are in doubt now."""
    ask(connection, "DELETE FROM leases WHERE id = ANY(%s)", (leases,))
    return ask(connection, statements.CRASH, (leases, ledger)).rowcount


def recover(connection: Connection, ledger: int, own: int) -> int:
    """Take away the leases of other runs and of whoever is stalled, in a transaction; return how many are in doubt now.

    Only for who holds the run lock, under its `own` lease: no other run can be alive then.
    """
    ask(connection, "SELECT 1 FROM ledgers WHERE number = %s FOR UPDATE", (ledger,))
    others = [lease for lease in live(connection, ledger) if lease.id != own]
    dead = [lease.id for lease in others if lease.chunk is None or lease.silent > STALL]
    return revoke(connection, ledger, [NOBODYS, *dead])

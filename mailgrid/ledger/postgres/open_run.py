"""OpenRun: the run of a campaign that many hosts carry out. It goes on though the process that began it has ended."""

from mailgrid.ledger.postgres.server import Server
from mailgrid.ledger.runlock import UnderWay

__all__ = ["open_run"]

#: The table is the cluster's; where nobody has used one it is not there.
_HERE = "SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'cluster_runs' AND relnamespace = %s::regnamespace)"
_OPEN = "SELECT since, edition FROM cluster_runs WHERE campaign = %s AND rehearsal = %s AND ended IS NULL"


def open_run(server: Server, campaign: str, *, rehearsal: bool) -> UnderWay | None:
    """Return a campaign's run that many hosts carry out; None where there is none.

    Raises:
        LedgerError: that cannot be found out.
    """
    if server.rows(_HERE, (server.place.schema,)) == [(False,)]:
        return None
    rows = server.rows(_OPEN, (campaign, rehearsal))
    return UnderWay(*rows[0]) if rows else None

"""View: how far the runs of a cluster are, and how its hosts are, for whoever looks."""

from mailgrid.cluster.chunks import Chunks, Total
from mailgrid.cluster.hosts import Host, Hosts
from mailgrid.cluster.runs import Run, Runs
from mailgrid.cluster.tables import exist
from mailgrid.ledger.postgres.database import Database
from mailgrid.value import value

__all__ = ["View", "look"]


@value
class View:
    """The runs that are open, each with how far it is, and the hosts that are heard of."""

    runs: tuple[tuple[Run, Total], ...] = ()
    hosts: tuple[Host, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return it with the keys that `status --json` promises."""
        return {
            "runs": [
                {
                    "campaign": run.campaign,
                    "edition": run.edition,
                    "rehearsal": run.rehearsal,
                    "to_send": run.to_send,
                    "sent": total.counted.sent,
                    "chunks": total.chunks,
                    "chunks_done": total.done,
                    "chunks_held": total.held,
                }
                for run, total in self.runs
            ],
            "hosts": [
                {
                    "name": host.name,
                    "version": host.version,
                    "chunks": host.chunks,
                    "sent": host.sent,
                    "per_second": round(host.per_second, 1),
                    "troubles": sorted(host.troubles.values()),
                }
                for host in self.hosts
            ],
        }


def look(database: Database) -> View:
    """Return how a cluster is; nothing where the database has none.

    Raises:
        LedgerError: that cannot be read.
    """
    if not (database.exists and exist(database.server)):
        return View()
    chunks = Chunks(database.server)
    runs = [(run, chunks.total(run.id)) for run in Runs(database.server).open()]
    return View(tuple(runs), tuple(Hosts(database.server).alive()))

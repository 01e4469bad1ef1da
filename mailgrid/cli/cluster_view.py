"""The part of `status` that is about many hosts: how many chunks are done, and how fast each host sends."""

from mailgrid.cli.cluster import installed
from mailgrid.cli.screen import Screen
from mailgrid.cli.table import print_table
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.ledgers import Ledgers

__all__ = ["cluster_json", "cluster_tables", "print_cluster"]

_RUNS = ("run", "to send", "sent", "chunks", "done", "being sent")
_HOSTS = ("host", "version", "chunks", "sent", "a second", "does not send")


def cluster_json(ledgers: Ledgers) -> dict[str, object]:
    """Return what `status --json` says of many hosts; nothing where the ledger is in files."""
    if isinstance(ledgers, Folder):
        return {}
    with installed():
        from mailgrid.cluster.view import look
        from mailgrid.ledger.postgres.database import Database
    return look(ledgers).as_json() if isinstance(ledgers, Database) else {}


def print_cluster(screen: Screen, ledgers: Ledgers) -> None:
    """Print the runs that many hosts carry out, and the hosts, where there are any."""
    for head, rows in cluster_tables(cluster_json(ledgers)):
        screen.out("")
        print_table(screen, head, rows)


def cluster_tables(found: dict[str, object]) -> list[tuple[tuple[str, ...], list[list[object]]]]:
    """Return what `cluster_json` gave as tables, the head and the rows of each; none where nothing stands in it."""
    tables = (_RUNS, _run_rows(found)), (_HOSTS, _host_rows(found))
    return [(head, rows) for head, rows in tables if rows]


def _rows(found: dict[str, object], name: str) -> list[dict[str, object]]:
    rows = found.get(name, [])
    assert isinstance(rows, list)
    return rows


def _run_rows(found: dict[str, object]) -> list[list[object]]:
    names = ("to_send", "sent", "chunks", "chunks_done", "chunks_held")
    return [[_title(row), *(row[name] for name in names)] for row in _rows(found, "runs")]


def _title(row: dict[str, object]) -> str:
    return " ".join(
        filter(None, (str(row["campaign"]), str(row["edition"]), "(rehearsal)" if row["rehearsal"] else ""))
    )


def _host_rows(found: dict[str, object]) -> list[list[object]]:
    names = ("name", "version", "chunks", "sent", "per_second")
    return [[*(row[name] for name in names), _joined(row["troubles"])] for row in _rows(found, "hosts")]


def _joined(troubles: object) -> str:
    assert isinstance(troubles, list)
    return "; ".join(map(str, troubles))

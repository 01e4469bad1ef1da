"""Control: what somebody at another terminal wants of a run that is under way, in the file that campaigns share.

A wish is for one run, known by since when it is under way: it does nothing to a later one.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from mailgrid.ledger import schema
from mailgrid.ledger.faults import told
from mailgrid.ledger.project import open_project, read_project
from mailgrid.value import value

__all__ = ["Wish", "change_wish", "read_wish"]


@value
class Wish:
    """How a run is to go on: with another `rate`, as it was written (empty: its own), `paused`, or not at all."""

    rate: str = ""
    paused: bool = False
    stopped: bool = False


_QUERY = "SELECT rate, paused, stopped FROM wishes WHERE campaign = ? AND rehearsal = ? AND run = ?"


def read_wish(path: Path, campaign: str, run: float, *, rehearsal: bool) -> Wish:
    """Return what is wanted of a run; to go on as it began where nobody has said anything.

    Args:
        path: the shared file; it need not exist.
        campaign: whose run.
        run: since when it is under way, in seconds since 1970.
        rehearsal: whether it reaches nobody.

    Raises:
        LedgerError: the file cannot be read.
    """
    with told(path):
        connection = read_project(path)
        if connection is None:
            return Wish()
        with closing(connection):
            return _wish(connection.execute(_QUERY, (campaign, rehearsal, run)).fetchone())


def change_wish(path: Path, campaign: str, run: float, change: Callable[[Wish], Wish], *, rehearsal: bool) -> None:
    """Change what is wanted of a run; two who do that at once do not undo each other.

    Args:
        path: the shared file; it is made where it is missing.
        campaign: whose run.
        run: since when it is under way, in seconds since 1970.
        change: gets what was wanted so far.
        rehearsal: whether it reaches nobody.

    Raises:
        LedgerError: the file cannot be read or written.
    """
    with told(path), closing(open_project(path)) as connection, schema.transaction(connection):
        wish = change(_wish(connection.execute(_QUERY, (campaign, rehearsal, run)).fetchone()))
        connection.execute(
            "REPLACE INTO wishes (campaign, rehearsal, run, rate, paused, stopped) VALUES (?, ?, ?, ?, ?, ?)",
            (campaign, rehearsal, run, wish.rate, wish.paused, wish.stopped),
        )


def _wish(row: tuple[str, int, int] | None) -> Wish:
    return Wish() if row is None else Wish(row[0], bool(row[1]), bool(row[2]))

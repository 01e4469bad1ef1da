"""Watching: `status` again and again. A table that is drawn over itself, or, for programs, a line for each change."""

import time
from collections.abc import Sequence

from mailgrid.cli.cluster_view import cluster_json, cluster_tables
from mailgrid.cli.common import Common
from mailgrid.cli.json_out import print_json
from mailgrid.cli.ledgers import chosen
from mailgrid.cli.standing import HEAD, standings
from mailgrid.cli.table import print_row
from mailgrid.ledger.ledgers import Ledgers

__all__ = ["keep_watching"]

_EVERY = 1.0


def keep_watching(common: Common, what: str | None) -> None:
    """Show how far mailings are whenever that has changed, until Ctrl-C, which is the way to end it and no failure.

    Args:
        common: the common options; with `--json` each change is an object in a line.
        what: a campaign file, the name of a campaign, or None for the whole project.
    """
    ledgers, _ = chosen(common, what)
    try:
        if common.json is not None:
            _print_objects(common, what, ledgers, common.json)
        elif common.screen.tables:
            _draw(common, what, ledgers)
        else:
            _print_rows(common, what, ledgers)
    except KeyboardInterrupt:
        return


def _print_objects(common: Common, what: str | None, ledgers: Ledgers, fields: tuple[str, ...]) -> None:
    before: Sequence[object] = ()
    while True:
        found = cluster_json(ledgers)
        now = [standing.as_json() for standing in standings(common, what)]
        if any(found.values()) and not (fields and found.keys().isdisjoint(fields)):
            now.append(found)
        for each in now:
            if each not in before:
                print_json(common.screen, each, fields, line=True)
        before = now
        time.sleep(_EVERY)


def _print_rows(common: Common, what: str | None, ledgers: Ledgers) -> None:
    """Print a row for each change; those of runs and hosts of a cluster are led by the word that says which it is."""
    before: Sequence[object] = ()
    print_row(common.screen, HEAD)
    while True:
        now = [standing.cells() for standing in standings(common, what)]
        now += [[head[0], *row] for head, rows in cluster_tables(cluster_json(ledgers)) for row in rows]
        for each in now:
            if each not in before:
                print_row(common.screen, each)
        before = now
        time.sleep(_EVERY)


def _draw(common: Common, what: str | None, ledgers: Ledgers) -> None:
    from mailgrid.cli.watched_tables import WatchedTables

    with WatchedTables() as place:
        while True:
            rows = [standing.cells() for standing in standings(common, what)]
            place.draw([(HEAD, rows), *cluster_tables(cluster_json(ledgers))])
            time.sleep(_EVERY)

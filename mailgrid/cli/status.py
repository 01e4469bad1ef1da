"""`mailgrid status`: who got what, counted by campaign."""

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.cli.ledgers import Mailing, mailings
from mailgrid.cli.table import print_table
from mailgrid.ledger.states import State
from mailgrid.rfc3339 import rfc3339

__all__ = ["command"]


@click.command("status")
@click.argument("what", required=False, metavar="[FILE|CAMPAIGN]")
@common_options
@click.pass_obj
def command(common: Common, what: str | None) -> None:
    """Count recipients by campaign and status, of a FILE, of one CAMPAIGN, or of all that the ledger knows.

    Rehearsals (transports that reach nobody) are listed apart.
    """
    found = [_row(mailing) for mailing in mailings(common, what)]
    if common.json is not None:
        print_json(common.screen, {"format": 1, "campaigns": found}, common.json)
        return
    if not found:
        common.screen.note("nothing was sent yet")
        return
    head = ("campaign", "edition", "rehearsal", *(state.value for state in State), "last run")
    print_table(common.screen, head, [_cells(row) for row in found])


def _row(mailing: Mailing) -> dict[str, object]:
    runs = mailing.store.runs()
    return {
        "campaign": mailing.identity.campaign,
        "edition": mailing.identity.edition,
        "rehearsal": mailing.rehearsal,
        "counts": {state.value: count for state, count in mailing.store.counts().items()},
        "last_run": rfc3339(runs[-1].started) if runs else None,
    }


def _cells(row: dict[str, object]) -> list[object]:
    counts = row["counts"]
    assert isinstance(counts, dict)
    rehearsal = "yes" if row["rehearsal"] else ""
    return [row["campaign"], row["edition"], rehearsal, *(counts[state.value] for state in State), row["last_run"]]

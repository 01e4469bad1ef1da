"""`mailgrid status`: who got what, counted by campaign."""

import click

from mailgrid.cli.cluster_view import cluster_json, print_cluster
from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.cli.ledgers import chosen
from mailgrid.cli.standing import HEAD, Standing, standings
from mailgrid.cli.table import print_table
from mailgrid.ledger.ledgers import Ledgers

__all__ = ["command"]


@click.command("status")
@click.argument("what", required=False, metavar="[FILE|CAMPAIGN]")
@click.option("--watch", is_flag=True, help="Show it again whenever it has changed, until Ctrl-C.")
@common_options
@click.pass_obj
def command(common: Common, what: str | None, *, watch: bool) -> None:
    """Count recipients by campaign and status, of a FILE, of one CAMPAIGN, or of all that the ledger knows.

    Rehearsals (transports that reach nobody) are listed apart. Of a run that is sending it says so.
    """
    if watch:
        from mailgrid.cli.watching import keep_watching

        keep_watching(common, what)
    else:
        ledgers, _ = chosen(common, what)
        _show(common, standings(common, what), ledgers)


def _show(common: Common, found: list[Standing], ledgers: Ledgers) -> None:
    if common.json is not None:
        campaigns = [each.as_json() for each in found]
        print_json(common.screen, {"format": 1, "campaigns": campaigns, **cluster_json(ledgers)}, common.json)
    elif not found:
        common.screen.note("nothing was sent yet")
    else:
        print_table(common.screen, HEAD, [each.cells() for each in found])
        print_cluster(common.screen, ledgers)

"""`mailgrid forget`: erases a person from the ledgers."""

from pathlib import Path

import click

from mailgrid.cli.arguments import address_key
from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.library.forgetting import folders_of, forget

__all__ = ["command"]


@click.command("forget")
@click.argument("address")
@common_options
@click.pass_obj
def command(common: Common, address: str) -> None:
    """Erase a person from all ledgers of the project, and never write to them again.

    Of their address only a hash is kept, with a key that is in the ledger's folder. It cannot be undone.
    """
    forgotten = forget(folders_of(Path.cwd(), common.settings()), address_key(address))
    if common.json is not None:
        counts = {"format": 1, "entries": forgotten.entries, "ledgers": forgotten.ledgers}
        print_json(common.screen, counts, common.json)
        return
    common.screen.out(f"forgotten: entries {forgotten.entries:,}, ledgers {forgotten.ledgers:,}")
    common.screen.note("lists, saved plans and other files of yours are as they were")

"""`mailgrid pause`: hold a run that is under way."""

from dataclasses import replace

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.steer import steer

__all__ = ["command"]


@click.command("pause")
@click.argument("campaign")
@common_options
@click.pass_obj
def command(common: Common, campaign: str) -> None:
    """Hold a run that is under way: nobody new is written to until `resume`.

    CAMPAIGN is a name, not a file; its run is told within a second. Where none is, nothing is changed (exit 4).
    """
    steer(common, campaign, lambda wish: replace(wish, paused=True), f"is paused; go on: mailgrid resume {campaign}")

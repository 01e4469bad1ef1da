"""`mailgrid stop`: end a run that is under way."""

from dataclasses import replace

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.steer import steer

__all__ = ["command"]


@click.command("stop")
@click.argument("campaign")
@common_options
@click.pass_obj
def command(common: Common, campaign: str) -> None:
    """End a run that is under way, as an interruption does: what is on the way finishes; it exits with 5.

    CAMPAIGN is a name, not a file; its run is told within a second. Where none is, nothing is changed (exit 4).
    """
    steer(common, campaign, lambda wish: replace(wish, stopped=True), "stops; apply it again to go on")

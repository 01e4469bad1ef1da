"""`mailgrid resume`: let a run go on that is paused."""

from dataclasses import replace

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.steer import steer

__all__ = ["command"]


@click.command("resume")
@click.argument("campaign")
@common_options
@click.pass_obj
def command(common: Common, campaign: str) -> None:
    """Let a run go on that is paused.

    CAMPAIGN is a name, not a file; its run is told within a second. Where none is, nothing is changed (exit 4).
    """
    steer(common, campaign, lambda wish: replace(wish, paused=False), "goes on")

"""`mailgrid rate`: let a run that is under way go faster or slower."""

from dataclasses import replace

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.steer import steer
from mailgrid.planning.limits import read_rate

__all__ = ["command"]


@click.command("rate")
@click.argument("campaign")
@click.argument("rate")
@common_options
@click.pass_obj
def command(common: Common, campaign: str, rate: str) -> None:
    """Let a run that is under way go on at another RATE, like 10/s, in place of the campaign's own, burst included.

    CAMPAIGN is a name, not a file; its run is told within a second. Where none is, nothing is changed (exit 4).
    The rate of the transport and the limits of domains hold as before, and so does the file for the next run.
    """
    written = str(read_rate(rate))
    steer(common, campaign, lambda wish: replace(wish, rate=written), f"goes on at {written}")

"""Steer: what `rate`, `pause`, `resume` and `stop` have in common: they find the run that is sending, and tell it."""

from collections.abc import Callable

from mailgrid.cli.common import Common
from mailgrid.cli.ledgers import chosen
from mailgrid.errors import Refused, UsageError
from mailgrid.ledger.control import Wish

__all__ = ["steer"]


def steer(common: Common, campaign: str, change: Callable[[Wish], Wish], done: str) -> None:
    """Change what is wanted of every run of a campaign that is sending now: the real one, and a rehearsal.

    Args:
        common: the common options.
        campaign: its name.
        change: what is to be different.
        done: what to say then, of the campaign.

    Raises:
        UsageError: the ledger knows no such campaign.
        Refused: MG650, no run of it is sending: a later one is not to be surprised.
    """
    if campaign.endswith(".mailgrid"):
        raise UsageError(f"`{campaign}` is a file", hint="name the campaign; mailgrid status lists them")
    folder, known = chosen(common, campaign)
    running = [(is_rehearsal, folder.sending(name, rehearsal=is_rehearsal)) for name, is_rehearsal in known]
    if not any(run for _, run in running):
        raise Refused(
            f"no run of `{campaign}` is sending, so nothing was changed",
            hint="this is for a run that is under way; mailgrid status shows which are",
            code="MG650",
        )
    for rehearsal, run in running:
        if run is not None:
            folder.steer(campaign, run, change, rehearsal=rehearsal)
            common.screen.out(f"{campaign}{' (rehearsal)' if rehearsal else ''} {done}")

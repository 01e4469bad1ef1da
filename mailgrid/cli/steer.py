"""Steer: what `rate`, `pause`, `resume` and `stop` have in common: they find the run that is under way, and tell it."""

from collections.abc import Callable

from mailgrid.cli.common import Common
from mailgrid.cli.ledgers import chosen
from mailgrid.cli.standing import standings
from mailgrid.errors import Refused, UsageError
from mailgrid.ledger.control import Wish

__all__ = ["steer"]


def steer(common: Common, campaign: str, change: Callable[[Wish], Wish], done: str) -> None:
    """Change what is wanted of every run of a campaign that is under way: the real one, and a rehearsal.

    Args:
        common: the common options.
        campaign: its name.
        change: what is to be different.
        done: what to say then, of the campaign.

    Raises:
        UsageError: the ledger knows no such campaign.
        Refused: MG650, no run of it is under way: a later one is not to be surprised.
    """
    if campaign.endswith(".mailgrid"):
        raise UsageError(f"`{campaign}` is a file", hint="name the campaign; mailgrid status lists them")
    folder, _ = chosen(common, campaign)
    found = [(each, each.run) for each in standings(common, campaign)]
    if not any(run for _, run in found):
        raise Refused(
            f"no run of `{campaign}` is under way, so nothing was changed",
            hint="a later run is not changed by this; mailgrid status shows which are under way",
            code="MG650",
        )
    for standing, run in found:
        if run is not None:
            folder.steer(campaign, run.since, change, rehearsal=standing.rehearsal)
            common.screen.out(f"{campaign}{' (rehearsal)' if standing.rehearsal else ''} {done}")
            if not standing.sending:
                common.screen.note(
                    "it does not send yet: it gathers its people, or waits for its time or a confirmation"
                )

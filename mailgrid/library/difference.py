"""Difference: who is new, gone or done since a plan was saved."""

from collections.abc import Iterator, Sequence

from mailgrid.library.prepared import Prepared
from mailgrid.pipeline.audience import PENDING
from mailgrid.planning.saved_plan import SavedPlan
from mailgrid.value import value

__all__ = ["Difference", "differences"]


@value
class Difference:
    """One campaign, compared with a saved plan, in people.

    `planned` would be written to now and were to be then, `new` now only; `sent` were to be and have got it since;
    `gone` were to be and are not found, or do not match, any more.
    """

    name: str
    planned: int
    new: int
    sent: int
    gone: int

    def as_json(self) -> dict[str, object]:
        """Return it with the keys that `plan --diff --json` promises."""
        return {"name": self.name, "planned": self.planned, "new": self.new, "sent": self.sent, "gone": self.gone}


def differences(saved: SavedPlan, prepared: Sequence[Prepared]) -> Iterator[Difference]:
    """Compare campaigns that were gathered with a saved plan, in the order of the plan."""
    now = {one.plan.name: one for one in prepared}
    for campaign in saved.campaigns:
        people = campaign.people.afresh()
        if campaign.name in now:
            audience = now[campaign.name].audience
            pending = [people.admits(key) for key in audience.keys(PENDING)]
            sent = sum(people.admits(key) for key in audience.keys("already sent"))
            yield Difference(campaign.name, sum(pending), len(pending) - sum(pending), sent, people.gone)

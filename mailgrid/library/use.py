"""Use: one campaign of a saved plan while it is carried out. The campaign's ledger remembers it."""

import getpass
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime

from mailgrid.errors import Refused
from mailgrid.language.catalogue import CATALOGUE
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.plans import PlanUse
from mailgrid.ledger.store import Identity, Store
from mailgrid.planning.plan import Plan
from mailgrid.planning.saved_plan import SavedCampaign, SavedPlan
from mailgrid.value import value

__all__ = ["Use", "used", "uses"]


def uses(saved: SavedPlan, ledger: Ledgers) -> Mapping[str, PlanUse | None]:
    """Return for each campaign of a plan what its ledger knows about the plan.

    Raises:
        MailgridError: a ledger cannot be read, or is about other keys.
    """
    return {campaign.name: _use(saved, campaign, ledger) for campaign in saved.campaigns}


def _use(saved: SavedPlan, campaign: SavedCampaign, ledger: Ledgers) -> PlanUse | None:
    identity = Identity(campaign.name, campaign.edition, campaign.key, "")
    with closing(ledger.store(identity, rehearsal=campaign.rehearsal, write=False)) as store:
        return store.plan_use(saved.id)


def used(known: PlanUse) -> Refused:
    """Return the refusal, MG604, of a plan that is finished."""
    moment = datetime.fromtimestamp(known.finished or known.started).astimezone()
    words = CATALOGUE["MG604"]
    day = f"{moment.day} {moment:%b %Y %H:%M}"
    return Refused(words.message.format(plan=known.plan, day=day, who=known.by), hint=words.help, code="MG604")


@value
class Use:
    """A campaign that is sent as a saved plan says."""

    saved: SavedPlan
    campaign: SavedCampaign

    def check(self, plan: Plan, store: Store) -> None:
        """Make sure, under the run lock, that the plan may be carried out.

        Raises:
            Refused: MG604, it is finished; MG621, the environment makes something else of the campaign now.
        """
        known = store.plan_use(self.saved.id)
        if known is not None and known.finished is not None:
            raise used(known)
        before = (self.campaign.edition, self.campaign.key, self.campaign.transport, self.campaign.rehearsal)
        now = (plan.edition, plan.key or "address", plan.transport_title, not plan.reaches_people)
        for what, one, other in zip(("edition", "key", "transport", "rehearsal"), before, now, strict=True):
            if one != other:
                raise Refused(
                    f"plan {self.saved.id} is stale: the {what} of `{plan.name}` was `{one}` and is now `{other}`",
                    hint="the environment differs from where the plan was made; make a new one here",
                    code="MG621",
                )

    def begin(self, store: Store, now: float) -> None:
        """Note that it is carried out, before the first message."""
        store.begin_plan(self.saved.id, _who(), now)

    def finish(self, store: Store, now: float) -> None:
        """Note that nobody of it is left."""
        store.finish_plan(self.saved.id, now)


def _who() -> str:
    """Return the name of this process's user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "somebody"

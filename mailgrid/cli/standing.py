"""Standing: how far a mailing is, as its ledger tells: what became of whom, and what its run is doing."""

from collections.abc import Mapping

from mailgrid.cli.common import Common
from mailgrid.cli.ledgers import Mailing, chosen, mailings
from mailgrid.ledger.control import Wish
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.runlock import UnderWay
from mailgrid.ledger.states import State
from mailgrid.rfc3339 import rfc3339
from mailgrid.value import value

__all__ = ["HEAD", "Standing", "standings"]

#: The columns of the table.
HEAD = ("campaign", "edition", "rehearsal", *(state.value for state in State), "last run", "now")


@value
class Standing:
    """A campaign's edition: people by state, when its last run began, and what is wanted of the one that is under way.

    `pending` counts those whom the last run was to write to and did not come to. `run` is None where none is under way,
    `sending` whether it writes to people yet.
    """

    campaign: str
    edition: str
    rehearsal: bool
    counts: Mapping[State, int]
    last_run: float | None
    run: UnderWay | None
    sending: bool
    wish: Wish

    def as_json(self) -> dict[str, object]:
        """Return it with the keys that `status --json` promises."""
        return {
            "campaign": self.campaign,
            "edition": self.edition,
            "rehearsal": self.rehearsal,
            "counts": {state.value: count for state, count in self.counts.items()},
            "last_run": None if self.last_run is None else rfc3339(self.last_run),
            "running": self.run is not None,
            "sending": self.sending,
            "paused": self.wish.paused,
            "rate": self.wish.rate or None,
        }

    def cells(self) -> list[object]:
        """Return it as a row of the table."""
        last_run = None if self.last_run is None else rfc3339(self.last_run)
        rehearsal = "yes" if self.rehearsal else ""
        return [self.campaign, self.edition, rehearsal, *(self.counts[state] for state in State), last_run, self._now()]

    def _now(self) -> str:
        wish = self.wish
        if self.run is None:
            return ""
        doing = "sending" if self.sending else "beginning"
        doing = "stopping" if wish.stopped else "paused" if wish.paused else doing
        return f"{doing} at {wish.rate}" if wish.rate else doing


def standings(common: Common, what: str | None) -> list[Standing]:
    """Return how far the mailings are that are meant, see `mailings`."""
    folder, _ = chosen(common, what)
    return [_standing(folder, mailing) for mailing in mailings(common, what)]


def _standing(folder: Ledgers, mailing: Mailing) -> Standing:
    campaign, rehearsal, store = mailing.identity.campaign, mailing.rehearsal, mailing.store
    edition = mailing.identity.edition
    last = next(reversed(store.runs()), None)
    counts = dict(store.counts())
    if last is not None:
        counts[State.PENDING] = max(counts[State.PENDING], store.untried(last))
    began = None if last is None else last.started
    run = folder.under_way(campaign, rehearsal=rehearsal)
    if run is None or run.edition != edition:
        return Standing(campaign, edition, rehearsal, counts, began, None, sending=False, wish=Wish())
    # A run that was killed has no end either: that of the one that is under way began later.
    sending = last is not None and last.ended is None and last.started >= run.since
    wish = folder.wish(campaign, run.since, rehearsal=rehearsal)
    return Standing(campaign, edition, rehearsal, counts, began, run, sending, wish)

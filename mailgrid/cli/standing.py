"""Standing: how far a mailing is, as its ledger tells: what became of whom, and what its run is doing."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailgrid.cli.common import Common
from mailgrid.cli.ledgers import Mailing, chosen, mailings
from mailgrid.ledger.control import Wish
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.states import State
from mailgrid.rfc3339 import rfc3339

__all__ = ["HEAD", "Standing", "standings"]

#: The columns of the table.
HEAD = ("campaign", "edition", "rehearsal", *(state.value for state in State), "last run", "now")


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign's edition: people by state, when its last run began, and what is wanted of it while it is sending.

    `pending` counts those whom the last run was to write to and did not come to. `wish` is None where no run is
    sending.
    """

    campaign: str
    edition: str
    rehearsal: bool
    counts: Mapping[State, int]
    last_run: float | None
    wish: Wish | None

    def as_json(self) -> dict[str, object]:
        """Return it with the keys that `status --json` promises."""
        return {
            "campaign": self.campaign,
            "edition": self.edition,
            "rehearsal": self.rehearsal,
            "counts": {state.value: count for state, count in self.counts.items()},
            "last_run": None if self.last_run is None else rfc3339(self.last_run),
            "sending": self.wish is not None,
            "paused": self.wish is not None and self.wish.paused,
            "rate": self.wish.rate or None if self.wish else None,
        }

    def cells(self) -> list[object]:
        """Return it as a row of the table."""
        last_run = None if self.last_run is None else rfc3339(self.last_run)
        rehearsal = "yes" if self.rehearsal else ""
        return [self.campaign, self.edition, rehearsal, *(self.counts[state] for state in State), last_run, self._now()]

    def _now(self) -> str:
        wish = self.wish
        if wish is None:
            return ""
        doing = "stopping" if wish.stopped else "paused" if wish.paused else "sending"
        return f"{doing} at {wish.rate}" if wish.rate else doing


def standings(common: Common, what: str | None) -> list[Standing]:
    """Return how far the mailings are that are meant, see `mailings`."""
    folder, _ = chosen(common, what)
    return [_standing(folder, mailing) for mailing in mailings(common, what)]


def _standing(folder: Folder, mailing: Mailing) -> Standing:
    campaign, rehearsal, store = mailing.identity.campaign, mailing.rehearsal, mailing.store
    runs = store.runs()
    counts = dict(store.counts())
    wish = None
    if runs:
        counts[State.PENDING] = max(counts[State.PENDING], store.untried(runs[-1]))
        if runs[-1].started == folder.sending(campaign, rehearsal=rehearsal):
            wish = folder.wish(campaign, runs[-1].started, rehearsal=rehearsal)
    last_run = runs[-1].started if runs else None
    return Standing(campaign, mailing.identity.edition, rehearsal, counts, last_run, wish)

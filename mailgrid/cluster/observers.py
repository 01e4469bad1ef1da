"""OutcomeObservers: a host tells its observers of each message; that a campaign begins or ends is the coordinator's."""

from mailgrid.hookspecs import CampaignInfo, Counts
from mailgrid.pipeline.observers import Observers

__all__ = ["OutcomeObservers"]


class OutcomeObservers(Observers):
    """Observers of a chunk, which is no campaign of its own."""

    def started(self, campaign: CampaignInfo) -> None:
        """Tell nothing."""

    def finished(self, counts: Counts) -> None:
        """Tell nothing."""

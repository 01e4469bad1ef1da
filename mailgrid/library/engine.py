"""Engine: what carries out an `apply`, where that is not this process alone."""

from contextlib import ExitStack
from typing import Protocol

from mailgrid.language.campaign import Campaign
from mailgrid.library.loading import Loaded
from mailgrid.library.prepared import Prepared
from mailgrid.pipeline.observers import Observers
from mailgrid.pipeline.running import Running
from mailgrid.planning.plan import Plan

__all__ = ["Engine"]


class Engine(Protocol):
    """Sends campaigns by many hosts."""

    def going_on(self, loaded: Loaded, campaign: Campaign, stack: ExitStack) -> tuple[Plan, Running] | None:
        """Return a run of a campaign that goes on, to be watched until `stack` is left; None where there is none.

        Raises:
            Refused: somebody else watches it, or it is a run of other files.
        """
        ...

    def begin(self, loaded: Loaded, prepared: Prepared, observers: Observers, *, wait: bool) -> Running:
        """Return what sends a campaign that was gathered.

        Args:
            loaded: its file.
            prepared: the campaign.
            observers: are told that it begins and ends.
            wait: whether to wait for those who are deferred.
        """
        ...

"""Watcher: what a caller of `apply` may see and decide."""

from collections.abc import Sequence

from mailgrid.pipeline.forecast import Forecast
from mailgrid.pipeline.running import Running
from mailgrid.planning.plan import Plan
from mailgrid.planning.start import Start
from mailgrid.report import CampaignReport

__all__ = ["Watcher"]


class Watcher:
    """What a caller sees and decides during `apply`. Override what you care about."""

    def gathering(self, campaign: str, rows: int) -> None:
        """So many rows were read."""

    def planned(self, forecasts: Sequence[Forecast]) -> None:
        """All is gathered and nothing sent yet."""

    def confirm(self, forecasts: Sequence[Forecast]) -> None:
        """The far side was found to work: raise Refused to send nothing."""

    def idle(self) -> None:
        """There is nobody to write to; nothing stands in the way."""

    def waiting(self, campaign: str, start: Start, seconds: float) -> None:
        """A campaign begins in so many seconds: about once a second, at last with 0."""

    def left_out(self, campaign: str, start: Start) -> None:
        """A campaign of all of a file's is left out: its time is not yet, or is over."""

    def sending(self, executor: Running, plan: Plan) -> None:
        """A campaign begins to send; `executor.interrupt()` stops it in order."""

    def progress(self, executor: Running) -> None:
        """About ten times a second while sending."""

    def sent(self, report: CampaignReport) -> None:
        """A campaign has ended, however."""

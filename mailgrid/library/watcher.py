"""Watcher: what a caller of `apply` may see and decide."""

from collections.abc import Sequence

from mailgrid.pipeline.executor import Executor
from mailgrid.pipeline.forecast import Forecast
from mailgrid.planning.plan import Plan
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

    def sending(self, executor: Executor, plan: Plan) -> None:
        """A campaign begins to send; `executor.interrupt()` stops it in order."""

    def progress(self, executor: Executor) -> None:
        """About ten times a second while sending."""

    def sent(self, report: CampaignReport) -> None:
        """A campaign has ended, however."""

"""What `apply` shows and asks: the plan, the confirmation, progress, how it ended; and what Ctrl-C does."""

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import click

from mailgrid.cli.common import Common
from mailgrid.cli.countdown import Countdown
from mailgrid.cli.diagnostics import counted
from mailgrid.cli.plan_view import plan_lines
from mailgrid.cli.progress import ProgressView
from mailgrid.cli.report_view import report_lines
from mailgrid.cli.time_view import left_out
from mailgrid.cli.trace import tell
from mailgrid.errors import Refused
from mailgrid.library.watcher import Watcher
from mailgrid.pipeline.forecast import Forecast
from mailgrid.pipeline.running import Running
from mailgrid.planning.plan import Plan
from mailgrid.planning.plan_file import SUFFIX
from mailgrid.planning.start import Start
from mailgrid.report import INTERRUPTED, CampaignReport

__all__ = ["ApplyWatcher"]

#: Up to so many messages `y` is enough; above, the number must be typed.
_SMALL = 50


class ApplyWatcher(Watcher):
    """Shows and asks on the terminal.

    Args:
        common: the common options.
        file: the campaign file or the saved plan, for the commands that are suggested.
        yes: whether to send without asking.
        confirm: the number of messages that is expected; None when none was given.
        aside: whether stdout is somebody else's, a program's that reads JSON there.
        named: whether the file may have several campaigns, so that commands have to name the one.
    """

    def __init__(
        self, common: Common, file: Path, *, yes: bool, confirm: int | None, aside: bool, named: bool = False
    ) -> None:
        self._common = common
        self._screen = common.screen
        self._file = file
        self._yes = yes
        self._confirm = confirm
        self._aside = aside
        self._named = named
        self._countdown = Countdown(common.screen)
        self._forecasts: Sequence[Forecast] = ()
        self._progress: ProgressView | None = None
        self._executor: Running | None = None
        self._handlers: dict[int, Any] = {}

    def not_sent(self) -> tuple[CampaignReport, ...]:
        """Return reports of campaigns that were gathered and not sent."""
        return tuple(forecast.not_sent() for forecast in self._forecasts)

    @property
    def _campaign_file(self) -> Path:
        """The file that the campaigns stand in, also where a saved plan is applied."""
        return Path(self._forecasts[0].plan.file) if self._forecasts else self._file

    def planned(self, forecasts: Sequence[Forecast]) -> None:
        """Print the plan."""
        self._forecasts = forecasts
        say = self._screen.note if self._aside or self._common.quiet else self._screen.out
        for forecast in forecasts:
            if not self._common.quiet:
                self._screen.frames(forecast.plan.warnings)
            for line in plan_lines(forecast, verbose=self._common.verbose):
                say(line)
            say("")

    def idle(self) -> None:
        """Say that there is nobody to write to."""
        (self._screen.note if self._aside or self._common.quiet else self._screen.out)("Nothing to do.")

    def left_out(self, campaign: str, start: Start) -> None:
        """Name a campaign whose time is not now."""
        self._screen.note(left_out(campaign, start, time.time()))

    def waiting(self, campaign: str, start: Start, seconds: float) -> None:
        """Count down."""
        self._countdown(campaign, start, seconds)

    def confirm(self, forecasts: Sequence[Forecast]) -> None:
        """Ask, or see that it was said beforehand; what reaches nobody needs no confirmation."""
        messages = sum(forecast.tally.to_send for forecast in forecasts)
        if self._confirm is not None and self._confirm != messages:
            raise Refused(
                f"--confirm {self._confirm:,} was given, but there are {counted(messages, 'message')}",
                hint=f"look at the plan; if that is right, give --confirm {messages}",
                code="MG612",
            )
        reaching = sum(forecast.tally.to_send for forecast in forecasts if forecast.plan.reaches_somebody)
        if self._yes or self._confirm is not None or not reaching:
            return
        if not self._screen.interactive:
            raise Refused(
                f"{counted(messages, 'message')} need a confirmation and this is not a terminal",
                hint=f"add --confirm {messages}, or --yes --max {_rounded_up(messages)}, or apply a saved plan: "
                f"mailgrid plan {self._file} -o {self._file.with_suffix(SUFFIX)}",
                code="MG601",
            )
        self._ask(messages, " and ".join(dict.fromkeys(each.plan.transport_title for each in forecasts)))

    def _ask(self, messages: int, through: str) -> None:
        question = f"Send {counted(messages, 'message')} through {through}?"
        if messages <= _SMALL:
            agreed = click.prompt(f"{question} [y/N]", default="n", show_default=False, err=True)
            if agreed.strip().lower() in {"y", "yes"}:
                return
        else:
            typed = click.prompt(f"{question} Type the number to confirm", default="", show_default=False, err=True)
            if typed.replace(",", "").strip() == str(messages):
                return
        raise Refused("not confirmed", hint="nothing was sent", code="MG601")

    def sending(self, executor: Running, plan: Plan) -> None:
        """Begin to show progress, and take over Ctrl-C and SIGTERM."""
        self._executor = executor
        self._progress = ProgressView(self._screen, plan.name, executor.progress.total)
        for number in (signal.SIGINT, signal.SIGTERM):
            self._handlers[number] = signal.signal(number, self._interrupt)

    def progress(self, executor: Running) -> None:
        """Show progress."""
        if self._progress is not None:
            self._progress.update(executor)

    def sent(self, report: CampaignReport) -> None:
        """Give Ctrl-C back and print how it ended."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers.clear()
        if self._progress is not None:
            if self._executor is not None:  # a run may end between two looks at it
                self._progress.update(self._executor)
            self._progress.close()
            self._progress = None
        if report.error is not None:
            tell(report.error, self._common)
        say = self._screen.note if self._aside else self._screen.out
        if report.attempts or report.error or report.interrupted or report.spent:
            name = f" {report.name}" if self._named else ""
            campaign = f"{self._campaign_file}{name}"
            applied = str(self._file) if self._file.suffix == SUFFIX else campaign
            for line in report_lines(report, applied, campaign):
                say(line)

    def _interrupt(self, _signal: int, _frame: FrameType | None) -> None:
        """First: take nobody new and let what is in flight finish. Second: quit now; that becomes in doubt."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._quit)
        if self._executor is not None:
            self._executor.interrupt()
        self._screen.note("\nfinishing what is in flight; once more to quit at once (that would be in doubt)")

    def _quit(self, _signal: int, _frame: FrameType | None) -> None:
        if self._progress is not None:
            self._progress.close()
        # What writes through a buffer may be interrupted by this very signal.
        os.write(sys.stderr.fileno(), b"quit; what was in flight is in doubt, see: mailgrid log --in-doubt\n")
        os._exit(INTERRUPTED)


def _rounded_up(number: int) -> int:
    """Return a round number a little above."""
    step = int(10 ** max(0, len(str(number)) - 2))
    return (number // step + 1) * step

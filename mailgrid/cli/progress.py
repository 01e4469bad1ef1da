"""Progress of a run: a bar on a terminal, a line every ten seconds elsewhere."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from mailgrid.cli.screen import Screen
from mailgrid.pipeline.running import Running
from mailgrid.rfc3339 import rfc3339

__all__ = ["ProgressView"]

_EVERY = 10.0
_TWO = 2


class ProgressView:
    """Shows how far a campaign is.

    Args:
        screen: where.
        name: the campaign.
        total: people to be written to.
        clock: seconds that never go back.
    """

    def __init__(self, screen: Screen, name: str, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._screen = screen
        self._name = name
        self._total = total
        self._clock = clock
        self._started = clock()
        self._printed = self._started
        self._bar: Any = None
        if screen.live:
            self._open_bar()

    def _open_bar(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.completed:,.0f}/{task.total:,.0f}"),
            TaskProgressColumn(),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeRemainingColumn(),
            TextColumn("{task.fields[counts]}", markup=False),
        )
        self._bar = Progress(*columns, console=Console(stderr=True, markup=False), refresh_per_second=5)
        self._task = self._bar.add_task(self._name, total=self._total, rate="", counts="")
        self._bar.start()

    def update(self, executor: Running) -> None:
        """Show the present state."""
        if self._bar is not None:
            settled = executor.progress.settled
            self._bar.update(self._task, completed=settled, rate=self._rate(settled), counts=self._counts(executor))
        elif self._clock() - self._printed >= _EVERY:
            self._printed = self._clock()
            self._line(executor)

    def close(self) -> None:
        """Leave the last state standing. May be called twice."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _line(self, executor: Running) -> None:
        counts, settled = executor.progress.counts, executor.progress.settled
        now = rfc3339(time.time())
        self._screen.note(
            f"{now} {self._name} {settled}/{self._total} sent={counts['sent']} failed={counts['failed']} "
            f"retrying={counts['deferred']} rate={self._rate(settled)}{_closed(executor.closed_until)}"
            f"{' paused=yes' if executor.wish.paused else ''}"
            + (f" {_spent(executor)}" if executor.spent_until else "")
            + "".join(f" ({note})" for note in executor.notes)
        )

    def _rate(self, settled: int) -> str:
        seconds = self._clock() - self._started
        return f"{settled / seconds:,.1f}/s" if seconds else ""

    @staticmethod
    def _counts(executor: Running) -> str:
        counts = executor.progress.counts
        parts = [f"{counts['failed']:,} failed"] if counts["failed"] else []
        parts += [f"{counts['deferred']:,} retrying"] if counts["deferred"] else []
        parts += [f"{counts['in_doubt']:,} in doubt"] if counts["in_doubt"] else []
        rest = executor.paused_until - time.time()
        parts += [f"changed to {executor.wish.rate}"] if executor.wish.rate else []
        parts += ["paused by `mailgrid pause`"] if executor.wish.paused else []
        parts += _limited(executor)
        parts += executor.notes
        parts += [f"the server needs a rest: {rest:.0f} s"] if rest > 0 else []
        if opens := executor.closed_until:
            return "  ".join([*parts, f"outside the hours until {datetime.fromtimestamp(opens).astimezone():%a %H:%M}"])
        parts += [_spent(executor)] if executor.spent_until else []
        due = executor.next_due
        parts += [f"next try {datetime.fromtimestamp(due).astimezone():%H:%M:%S}"] if due else []
        return "  ".join(parts)


def _closed(until: float) -> str:
    return f" closed_until={rfc3339(until)}" if until else ""


def _limited(executor: Running) -> list[str]:
    """Say which domain is at its limit, and how many others are."""
    first, total = executor.limited(1)
    if not first:
        return []
    domain, limit = first[0]
    others = f", and {total - 1:,} other domain{'' if total == _TWO else 's'}" if total > 1 else ""
    return [f"{domain} at its limit ({limit}){others}"]


def _spent(executor: Running) -> str:
    """Say until when a quota keeps everybody waiting: the day too, for that is often tomorrow."""
    return f"the quota is spent until {datetime.fromtimestamp(executor.spent_until).astimezone():%d %b %H:%M}"

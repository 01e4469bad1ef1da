"""Progress of a run: a bar on a terminal, a line every ten seconds elsewhere."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from mailgrid.cli.report_view import clock
from mailgrid.cli.run_view import fields, remarks
from mailgrid.cli.screen import Screen
from mailgrid.pipeline.running import Running
from mailgrid.rfc3339 import rfc3339

__all__ = ["ProgressView"]

_EVERY = 10.0
#: How fast it goes is measured over so many seconds, and so often.
_MEASURED = 30.0
_MEASURE = 1.0


class ProgressView:
    """Shows how far a campaign is.

    Args:
        screen: where.
        name: the campaign.
        total: people to be written to.
        now: seconds that never go back.
    """

    def __init__(self, screen: Screen, name: str, total: int, now: Callable[[], float] = time.monotonic) -> None:
        self._screen = screen
        self._name = name
        self._total = total
        self._now = now
        self._printed = now()
        self._measured = deque([(now(), 0)])
        self._bar: Any = None
        if screen.live:
            from mailgrid.cli.bar import Bar

            self._bar = Bar(name, total)
            self._bar.start()

    def update(self, executor: Running) -> None:
        """Show the present state."""
        rate = self._rate(executor.progress.settled)
        if self._bar is not None:
            settled = executor.progress.settled
            left = f"  {clock((self._total - settled) / rate)} left" if rate and settled < self._total else ""
            self._bar.show(settled, f"{rate:,.1f}/s{left}", self._parts(executor))
        elif self._now() - self._printed >= _EVERY:
            self._printed = self._now()
            self._line(executor, rate)

    def close(self) -> None:
        """Leave the last state standing. May be called twice."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _rate(self, settled: int) -> float:
        """Return how many a second have come to their end of late."""
        now, measured = self._now(), self._measured
        while len(measured) > 1 and now - measured[1][0] >= _MEASURED:
            measured.popleft()
        since, before = measured[0]
        if now - measured[-1][0] >= _MEASURE:
            measured.append((now, settled))
        return (settled - before) / (now - since) if now > since else 0.0

    @staticmethod
    def _parts(executor: Running) -> Iterator[str]:
        counts = executor.progress.counts
        words = {"sent": "sent", "failed": "failed", "deferred": "retrying", "in_doubt": "in doubt"}
        yield from (f"{counts[name]:,} {word}" for name, word in words.items() if counts[name])
        yield from remarks(executor)

    def _line(self, executor: Running, rate: float) -> None:
        counts, settled = executor.progress.counts, executor.progress.settled
        in_doubt = f" in_doubt={counts['in_doubt']}" if counts["in_doubt"] else ""
        self._screen.note(
            f"{rfc3339(time.time())} {self._name} {settled}/{self._total} sent={counts['sent']} "
            f"failed={counts['failed']} retrying={counts['deferred']}{in_doubt} rate={rate:,.1f}/s"
            + "".join(f" {name}={value}" for name, value in fields(executor))
            + "".join(f" ({note})" for note in executor.notes)
        )

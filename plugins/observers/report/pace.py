"""Pace: how many messages were settled when, in bounded memory: the longer a run, the longer the spans."""

from collections import Counter

__all__ = ["Pace"]


class Pace:
    """Counts outcomes by the span of time in which they came.

    Args:
        most: there are never more spans than this; then each two become one.
        span: how long the first spans are, in seconds.
    """

    def __init__(self, most: int = 120, span: float = 1.0) -> None:
        self.span = span
        self._most = most
        self._counts: list[Counter[str]] = []

    @property
    def counts(self) -> list[Counter[str]]:
        """The counts by status of each span, from the beginning on."""
        return self._counts

    def add(self, seconds: float, status: str) -> None:
        """Count an outcome that came so long after the beginning."""
        while (place := int(max(0.0, seconds) / self.span)) >= self._most:
            pairs = zip(self._counts[::2], [*self._counts[1::2], Counter[str]()], strict=False)
            self._counts = [first + second for first, second in pairs]
            self.span *= 2
        self._counts.extend(Counter() for _ in range(place + 1 - len(self._counts)))
        self._counts[place][status] += 1

"""Frequent: counts however many different things, in bounded memory: the rare ones among very many become "others"."""

from collections import Counter
from typing import Generic, TypeVar

__all__ = ["Frequent"]

_T = TypeVar("_T")


class Frequent(Generic[_T]):
    """Counts things, each by status.

    Args:
        room: so many things are remembered at least; when there are twice as many, the rarer half is put together.
    """

    def __init__(self, room: int = 5_000) -> None:
        self._room = room
        self._counts: dict[_T, Counter[str]] = {}
        self._others: Counter[str] = Counter()

    def add(self, thing: _T, status: str) -> None:
        """Count a thing once more."""
        counts = self._counts.get(thing)
        if counts is None:
            if len(self._counts) >= 2 * self._room:
                self._counts, self._others = self.most(self._room)
            counts = self._counts[thing] = Counter()
        counts[status] += 1

    def most(self, number: int) -> tuple[dict[_T, Counter[str]], Counter[str]]:
        """Return so many things, the most frequent first, and the counts of all others together."""
        ranked = sorted(self._counts.items(), key=lambda each: -each[1].total())
        others = Counter(self._others)
        for _, counts in ranked[number:]:
            others.update(counts)
        return dict(ranked[:number]), others

"""Near misses: while the rows go by, which tests match none of them, and how many they would match with less demanded.

A test is watched until it has matched once, which for most is in the first rows. From then on the rows pass untouched;
for a test that never matches it costs the counting of one column's cells.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress, islice
from typing import cast

from mailgrid.hookspecs import Row
from mailgrid.language.diagnostics import Edit
from mailgrid.language.expressions import Match, Probe, probes
from mailgrid.language.expressions.cells import text_of
from mailgrid.value import value

__all__ = ["NearMisses", "Relaxation", "Unmatched"]

#: So many rows are looked at together: few at first, for most tests match soon.
_FEWEST, _MOST = 64, 1024


@value
class Relaxation:
    """A test with one demand less, in `words`; the `rows` that it matches; in words and as a change, how to say it."""

    words: str
    rows: int
    advice: str
    edit: Edit


@value
class Unmatched:
    """A test that matched no row, and with which demand less it would have matched some."""

    probe: Probe
    relaxations: tuple[Relaxation, ...]


@dataclass(slots=True)
class _Watched:
    """A test that has not matched yet. `counts` are the rows that each of its relaxed forms matched."""

    probe: Probe
    place: int
    counts: list[int] = field(default_factory=list)

    def matches(self, cells: "Counter[str]") -> bool:
        """Whether it matches one of the cells, which come with how often they stand there; if not, relax it."""
        if any(map(self.probe.ask, zip(cells, strict=True))):
            return True
        if not self.counts:
            self.counts = [0] * len(self.probe.relaxed)
        for place, relaxed in enumerate(self.probe.relaxed):
            self.counts[place] += sum(compress(cells.values(), map(relaxed.ask, zip(cells, strict=True))))
        return False

    def unmatched(self) -> Unmatched:
        pairs = zip(self.probe.relaxed, self.counts, strict=False)
        return Unmatched(
            self.probe, tuple(Relaxation(each.words, rows, each.advice, each.edit) for each, rows in pairs if rows)
        )


class NearMisses:
    """Watches the tests of a condition.

    Args:
        match: the condition; None watches nothing.
        order: the columns of the rows.
    """

    def __init__(self, match: Match | None, order: Sequence[str]) -> None:
        found = probes(match) if match else ()
        self._watched = [_Watched(probe, order.index(probe.column)) for probe in found]

    @property
    def unmatched(self) -> tuple[Unmatched, ...]:
        """The tests that matched no row so far."""
        return tuple(watched.unmatched() for watched in self._watched)

    def first(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield rows for as long as there is a test that has matched none; the rest is left in `rows`."""
        size = _FEWEST
        while self._watched and (chunk := list(islice(rows, size))):
            self._look(chunk)
            yield from chunk
            size = min(2 * size, _MOST)

    def _look(self, chunk: Sequence[Row]) -> None:
        places = {watched.place for watched in self._watched}
        cells = {place: _counted([cells[place] for _, cells in chunk]) for place in places}
        self._watched = [watched for watched in self._watched if not watched.matches(cells[watched.place])]


def _counted(cells: Sequence[object]) -> "Counter[str]":
    """Count the cells as texts, which is how the tests see them."""
    if set(map(type, cells)) == {str}:
        return Counter(cast("Sequence[str]", cells))
    return Counter(str(text_of(cell)) for cell in cells)

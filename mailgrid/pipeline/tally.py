"""Tally: what one pass over the source found, in people and reasons."""

from collections import Counter
from dataclasses import dataclass, field

from mailgrid.pipeline.near_misses import Unmatched

__all__ = ["SETTLED", "UNPLANNED", "Tally", "Unknown", "lacking", "suppressed_by"]

#: The standing of somebody who is not in the saved plan that is carried out.
UNPLANNED = "not in the plan"

#: The standing of somebody who may have it already, and of whom the campaign says that this is enough.
SETTLED = "left in doubt"

_EXAMPLES = 3
_SUPPRESSED = "suppressed by "
_LACKING = "there is no "


def suppressed_by(title: str) -> str:
    """Return the standing of somebody who is on a list of people who are never written to."""
    return _SUPPRESSED + title


def lacking(written: str) -> str:
    """Return the standing of somebody whose message needs a file that is not there."""
    return _LACKING + written


@dataclass(slots=True)
class Unknown:
    """A test that could not be answered: for how many rows, and the first few, as (line, what stood there).

    In `empty` of the rows nothing stood there; those in which something did come first among the examples.
    """

    rows: int = 0
    empty: int = 0
    examples: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """Counts of a gathering.

    `rows` were read, `matched` fulfil the condition, `duplicate` have the key of an earlier row, `bad` cannot be
    written to: reason → (how many, first lines). `skipped` were left out by a plugin, by its reason. `standings`
    counts the audience: `pending` is who will be written to; `variants` counts those by variant. `lines` are the first
    rows that need a file that is not there, by how the campaign writes it. `unknown` rows are
    not written to; `tests` tells which test could not be answered. `waiting` have been deferred by an earlier run.
    `lanes` counts those to be written to at limited domains; of domains without a limit of their own, at the fullest.
    `gone` are in the saved plan that is carried out, but are not found any more, or do not match any more.
    `settled` were in doubt until the relay's log was asked, `resent` may have it already and are written to again.
    `unmatched` are tests for a text that match no row.
    """

    rows: int = 0
    matched: int = 0
    duplicate: int = 0
    unknown: int = 0
    bad: dict[str, tuple[int, list[int]]] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    tests: dict[str, Unknown] = field(default_factory=dict)
    standings: Counter[str] = field(default_factory=Counter)
    lines: dict[str, list[int]] = field(default_factory=dict)
    variants: Counter[str] = field(default_factory=Counter)
    lanes: dict[str, int] = field(default_factory=dict)
    waiting: int = 0
    gone: int = 0
    settled: int = 0
    resent: int = 0
    last_sent: float | None = None
    unmatched: tuple[Unmatched, ...] = ()

    @property
    def to_send(self) -> int:
        """How many people will be written to."""
        return self.standings["pending"]

    @property
    def suppressed(self) -> dict[str, int]:
        """How many are not written to because they are on a list, by the list's title."""
        found = {
            each.removeprefix(_SUPPRESSED): count for each, count in self.standings.items() if _is_suppressed(each)
        }
        return dict(sorted(found.items()))

    @property
    def unplanned(self) -> int:
        """How many would be written to if they were in the saved plan that is carried out."""
        return self.standings[UNPLANNED]

    @property
    def bad_address(self) -> int:
        """How many matching rows have no address that can be written to."""
        return sum(count for count, _ in self.bad.values())

    def note_bad(self, reason: str, line: int) -> None:
        """Count a row whose address cannot be written to."""
        count, lines = self.bad.get(reason, (0, []))
        self.bad[reason] = (count + 1, [*lines, line][:_EXAMPLES])

    def note_lacking(self, written: str, line: int) -> None:
        """Remember the first rows that need a file that is not there; their standing counts them."""
        self.lines[written] = [*self.lines.get(written, ()), line][:_EXAMPLES]

    @property
    def lacking(self) -> dict[str, tuple[int, list[int]]]:
        """How many are not written to because a file is not there, and their first lines, by the file's name."""
        return {
            written: (count, self.lines[written])
            for written in self.lines
            if (count := self.standings[lacking(written)])
        }

    @property
    def without_file(self) -> int:
        """How many are not written to because a file that their message needs is not there."""
        return sum(count for count, _ in self.lacking.values())

    def note_unknown(self, test: str, line: int, value: str) -> None:
        """Count a row for which a test could not be answered."""
        found = self.tests.setdefault(test, Unknown())
        found.rows += 1
        blank = not value.strip()
        found.empty += blank
        if blank and len(found.examples) < _EXAMPLES:
            found.examples.append((line, value))
        elif not blank and found.rows - found.empty <= _EXAMPLES:
            place = found.rows - found.empty - 1
            found.examples = [*found.examples[:place], (line, value), *found.examples[place:]][:_EXAMPLES]


def _is_suppressed(standing: str) -> bool:
    return standing.startswith(_SUPPRESSED)

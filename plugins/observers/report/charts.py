"""Charts: where bars, lines and words of a drawing are; the page makes SVG of them."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .figures import STATUSES

__all__ = ["Bar", "Chart", "Label", "across", "columns", "short", "whole"]

_WIDTH = 720.0
_NAME = 230.0
_ROW, _BAR = 26.0, 16.0
_LONGEST_NAME = 30
_HEIGHT, _LEFT, _BELOW, _ABOVE = 200.0, 52.0, 24.0, 12.0
_WIDEST, _WORDS, _STEPS = 64.0, 105.0, 5


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; `kind` says its colour, `tip` what it stands for."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    tip: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a point, which is their `start`, `middle` or `end`; `whole` is what they were shortened from."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, with what it is called and what it shows in words; `rules` are the heights of horizontal lines."""

    name: str
    title: str
    about: str
    width: float
    height: float
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...] = ()
    rules: tuple[float, ...] = ()
    left: float = 0.0


def whole(name: str, title: str, about: str, counts: Counter[str]) -> Chart:
    """Draw one bar that is parted by status."""
    bars = tuple(_parts(counts, 0.0, _WIDTH, counts.total() or 1, 0.0, 30.0))
    return Chart(name, title, about, _WIDTH, 30.0, bars)


def across(name: str, title: str, about: str, rows: Sequence[tuple[str, Counter[str]]]) -> Chart:
    """Draw a bar for each row, one below the other, parted by status, with its name before and its count behind."""
    most = max((counts.total() for _, counts in rows), default=1)
    room = _WIDTH - _NAME - 70
    bars: list[Bar] = []
    labels: list[Label] = []
    for place, (words, counts) in enumerate(rows):
        top, total = place * _ROW + (_ROW - _BAR) / 2, counts.total()
        bars += _parts(counts, _NAME, max(2.0, room * total / most), total or 1, top, _BAR, f"{words}: ")
        base = top + _BAR - 4
        labels.append(Label(_NAME - 10, base, short(words), "end", words))
        labels.append(Label(_NAME + max(2.0, room * total / most) + 8, base, f"{total:,}"))
    return Chart(name, title, about, _WIDTH, len(rows) * _ROW, tuple(bars), tuple(labels))


def columns(
    name: str, title: str, about: str, spans: Sequence[Counter[str]], per: float, times: Sequence[str]
) -> Chart:
    """Draw a column for each span of time, parted by status, over a scale of messages in a time.

    Args:
        name: of the drawing.
        title: its title.
        about: what it shows.
        spans: the counts.
        per: what a count is multiplied with to get messages in the unit of time.
        times: the words for the beginning of each span, and for the end.
    """
    rates = [counts.total() * per for counts in spans]
    step = _step(max(rates, default=0.0))
    steps = max(1, math.ceil(max(rates, default=0.0) / step))
    ground = _ABOVE + _HEIGHT
    height = _HEIGHT / (steps * step)
    width = min(_WIDEST, (_WIDTH - _LEFT) / max(1, len(spans)))
    bars: list[Bar] = []
    for place, counts in enumerate(spans):
        base = ground
        for status, count in _shares(counts):
            tall = count * per * height
            base -= tall
            tip = f"{times[place]}: {count:,} {STATUSES.get(status, status)}"
            bars.append(Bar(_LEFT + place * width, base, max(0.5, width - min(2.0, width / 5)), tall, status, tip))
    rules = tuple(ground - number * step * height for number in range(steps + 1))
    scale = [Label(_LEFT - 8, rule + 4, f"{number * step:,g}", "end") for number, rule in enumerate(rules)]
    labels = [*scale, *_times(times, ground + 17, width)]
    return Chart(name, title, about, _WIDTH, ground + _BELOW, tuple(bars), tuple(labels), rules, _LEFT)


def short(words: str) -> str:
    """Return a name of which the middle may be left out: what is telling in a domain is its end."""
    if len(words) <= _LONGEST_NAME:
        return words
    return f"{words[:10]}…{words[10 - _LONGEST_NAME + 1 :]}"


def _parts(
    counts: Counter[str], x: float, width: float, total: int, y: float, height: float, before: str = ""
) -> Iterator[Bar]:
    for status, count in _shares(counts):
        part = width * count / total
        yield Bar(x, y, part, height, status, f"{before}{count:,} {STATUSES.get(status, status)}")
        x += part


def _shares(counts: Counter[str]) -> Iterable[tuple[str, int]]:
    """Return the counts that there are, in the order in which they are always shown."""
    known = [(status, counts[status]) for status in STATUSES]
    rest = [(status, count) for status, count in counts.items() if status not in STATUSES]
    return [(status, count) for status, count in (*known, *rest) if count]


def _step(most: float) -> float:
    """Return a round step for a scale, so that there are at most five; never less than one message."""
    size = 10.0 ** math.floor(math.log10(max(1.0, most)))
    return max(1.0, next(step * size for step in (0.2, 0.5, 1.0, 2.0) if most <= _STEPS * step * size))


def _times(times: Sequence[str], y: float, width: float) -> Iterator[Label]:
    """Yield some of the times below the columns: the first, the last, and what has room between them."""
    end = _LEFT + (len(times) - 1) * width
    every = max(1, math.ceil(_WORDS / width))
    for place in range(0, len(times) - 1, every):
        x = _LEFT + place * width
        if not place:
            yield Label(x, y, times[place])
        elif x <= end - _WORDS:
            yield Label(x, y, times[place], "middle")
    if end - _LEFT >= _WORDS:
        yield Label(end, y, times[-1], "end")

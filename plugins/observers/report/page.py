"""Page: one HTML file that needs nothing else: drawings as SVG, tables below them, no script."""

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.resources import files

from mailgrid.hookspecs import CampaignInfo, Counts

from .charts import Chart, across, columns, whole
from .figures import STATUSES, Figures, Kind, clean

__all__ = ["Run", "page"]

_MOST_DOMAINS, _MOST_REPLIES, _MOST_REASONS = 15, 12, 20
_DAY = 86_400.0
_UNITS = (("second", 1.0), ("minute", 60.0), ("hour", 3_600.0), ("day", _DAY))


@dataclass(frozen=True, slots=True)
class Run:
    """The run that the page is about: its campaign, how it ended, when it began and ended, and the table's file."""

    campaign: CampaignInfo
    counts: Counts
    began: datetime
    ended: datetime
    table: str

    @property
    def seconds(self) -> float:
        """How long it took."""
        return max(0.0, (self.ended - self.began).total_seconds())


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: a drawing, where there is something to draw, and the same as a table.

    The cells of `rows` are texts and counts, `right` the columns that stand at the right; `folded` tables are unfolded
    by who wants to read them.
    """

    title: str
    about: str
    chart: Chart | None
    head: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    right: tuple[str, ...] = ("rows",)
    folded: bool = False


def page(run: Run, figures: Figures) -> str:
    """Return the page, as HTML."""
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters |= {"count": "{:,}".format, "point": lambda number: f"{number:.2f}".rstrip("0").rstrip(".")}
    folder = files(__package__)
    style = folder.joinpath("page.css").read_text("utf-8")
    parts = (_outcomes(figures), _pace(run, figures), _replies(figures), _domains(figures), _reasons(figures))
    return environment.from_string(folder.joinpath("page.html").read_text("utf-8")).render(
        run=run,
        name=clean(run.campaign.name),
        edition=clean(run.campaign.edition),
        transport=clean(run.campaign.transport),
        took=_duration(run.seconds),
        tiles=[(status, words, figures.statuses[status]) for status, words in STATUSES.items()],
        sections=[part for part in parts if part.rows],
        style=style,
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
    )


def _outcomes(figures: Figures) -> Section:
    counts, total = figures.statuses, figures.statuses.total()
    there = [(words, counts[status]) for status, words in STATUSES.items() if counts[status]]
    about = f"Of {total:,} rows: {', '.join(f'{count:,} {words}' for words, count in there)}."
    rows = [(words, count, f"{count / total:.1%}") for words, count in there]
    told = "What has become of every row of the source, in this run and in those before it."
    chart = whole("outcomes", "Outcomes", about, counts)
    return Section("Outcomes", told, chart, ("outcome", "rows", "share"), rows, ("rows", "share"))


def _pace(run: Run, figures: Figures) -> Section:
    spans, span = figures.pace.counts, figures.pace.span
    most = max((counts.total() for counts in spans), default=0) / span
    unit, per = next(((unit, per) for unit, per in _UNITS if most * per >= 1), _UNITS[-1])
    moments = (run.began + timedelta(seconds=place * span) for place in range(len(spans) + 1))
    times = [moment.strftime("%H:%M:%S" if run.seconds < _DAY else "%d %b %H:%M") for moment in moments]
    about = (
        f"Outcomes of this run, in messages a {unit}, from {times[0]} to {times[-1]}; a column is {_duration(span)}."
    )
    chart = columns("pace", "Throughput", about, spans, per / span, times)
    ends = ("sent", "failed", "deferred", "in_doubt")
    rows = [
        (time, *(counts[status] for status in ends), f"{counts.total() * per / span:,.1f}")
        for time, counts in zip(times, spans, strict=False)
    ]
    figured = (*(STATUSES[status] for status in ends), f"a {unit}")
    return Section("Throughput", about, chart, ("from", *figured), rows, figured, folded=True)


def _replies(figures: Figures) -> Section:
    most, others = figures.replies.most(_MOST_REPLIES)
    named = [(_codes(kind), counts) for kind, counts in most.items()] + _others(others)
    about = "What servers said last, by the codes of their replies (RFC 5321, RFC 3463)."
    rows = [
        (_codes(kind), STATUSES[kind.status], counts.total(), figures.texts.get(kind, ""))
        for kind, counts in most.items()
    ]
    rows += [(words, "", counts.total(), "") for words, counts in _others(others)]
    chart = across("replies", "Replies by kind", about, named)
    return Section("Replies by kind", about, chart, ("reply", "outcome", "rows", "for instance"), rows)


def _domains(figures: Figures) -> Section:
    most, others = figures.domains.most(_MOST_DOMAINS)
    named = [(clean(domain), counts) for domain, counts in most.items()] + _others(others)
    about = "Where the people are whom this campaign is for; the domains with most of them."
    shown = [status for status in STATUSES if status != "left out"]
    rows = [(domain, *(counts[status] for status in shown), counts.total()) for domain, counts in named]
    figured = (*(STATUSES[status] for status in shown), "rows")
    return Section("Domains", about, across("domains", "Domains", about, named), ("domain", *figured), rows, figured)


def _reasons(figures: Figures) -> Section:
    most, others = figures.reasons.most(_MOST_REASONS)
    rows = [(clean(reason), STATUSES[status], counts.total()) for (status, reason), counts in most.items()]
    rows += [(words, "", counts.total()) for words, counts in _others(others)]
    about = "Why each row has its outcome. A number that differs from row to row is #."
    return Section("Reasons", about, None, ("reason", "outcome", "rows"), rows)


def _codes(kind: Kind) -> str:
    return clean(f"{kind.code or ''} {kind.enhanced}").strip() or "without a code"


def _others(counts: Counter[str]) -> list[tuple[str, Counter[str]]]:
    return [("others", counts)] if counts else []


def _duration(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min"), (left, "s")) if number]
    return " ".join(parts[:2]) or "less than a second"

"""Plan: a campaign bound to the world. The only value that crosses from the language to the pipeline.

Its source is open and its header known, its condition is compiled over that header, its templates are compiled and
name only columns that exist, its transport is made but not connected. What it holds is all that the pipeline needs.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from mailgrid.hookspecs import CampaignInfo, Observer, Problem, Recipient, Skip, Source, Transport
from mailgrid.language.diagnostics import Diagnostic
from mailgrid.language.expressions import Match
from mailgrid.message.render import Renderer
from mailgrid.message.wordings import Wordings
from mailgrid.planning.carrier import Carrier, Quota
from mailgrid.planning.hours import Hours
from mailgrid.planning.split import Split
from mailgrid.planning.start import Start
from mailgrid.planning.suppression import SuppressionList
from mailgrid.value import value

__all__ = ["DomainRate", "NamedObserver", "Plan", "Problems", "RetryRule", "StopRule"]

_EXAMPLES = 3
#: A share of failures means nothing before so many were tried.
_ENOUGH = 50
_ROUNDING = 1e-6


@value
class RetryRule:
    """How temporary refusals are tried again; times in seconds, `jitter` the random share of each wait (0 to 1)."""

    attempts: int | None = None
    period: float = 3600.0
    backoff: float = 5.0
    longest: float = 600.0
    jitter: float = 1.0


@value
class StopRule:
    """When so many messages have failed the run stops: `count` of them, or a `share` (0 to 1) of those tried."""

    count: int | None = None
    share: float | None = None

    def is_reached(self, failed: int, tried: int) -> bool:
        """Tell whether a run in which so many have failed, of so many who were tried, is to stop."""
        if self.count is not None:
            return failed >= self.count
        # No share is exceeded by a rounding error, and 100% is reached by failures alone.
        excess = failed - (self.share or 0.0) * tried
        return tried >= _ENOUGH and (excess > _ROUNDING or failed == tried)


@value
class DomainRate:
    """The rate of a domain (None: of any that has none of its own), in messages a second; `title` is it in words."""

    domain: str | None
    per_second: float
    burst: int
    title: str


@dataclass(slots=True)
class Problems:
    """What is wrong with a source's rows, by kind: how often, and the first few. It is a source's `report`."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Problem]] = field(default_factory=dict)
    dropped: int = 0

    def __call__(self, problem: Problem) -> None:
        """Take one."""
        self.counts[problem.kind] += 1
        self.dropped += problem.dropped
        examples = self.examples.setdefault(problem.kind, [])
        if len(examples) < _EXAMPLES:
            examples.append(problem)


@value
class NamedObserver:
    """An observer that the file names, under the name that it has there."""

    name: str
    observer: Observer


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one run of one campaign will do.

    `wanted` are the columns that are read from the source, and `test` is the condition over a row's cells in that order
    (True, False, or None: unknown); None when everybody is meant. `kept` are the columns that go into the audience, for
    the templates; `key` the one that "already sent" is judged by, None for the address. `rate` is in messages a second,
    `rate_title` the lower of it and the transport's in words, `quota` the campaign's own, `domains` the rates of single
    domains, and `cost` how many messages one person takes (copies count). `carriers` are the transports: the first, and
    those that stand in for it. `reaches_people` is false for a rehearsal. `select`
    changes or skips people who matched. `problems` grows while the source is read. `warnings` are what binding had to
    say, `files` the templates and lists of lines that it read. `redirect` is who gets every message in place of its
    recipient, empty in a real run; `former` are the names that the campaign had, the oldest first; `sample` is the part
    of the people that is meant (0 to 1), `split` says which variant each gets, where there are any. `on_doubt` is what
    becomes of those in doubt: `hold`, `skip` or `resend`. `suppressions` are lists of people who are never written to.
    `observers` are told what becomes of each message. `start` is when sending begins, where that is not at once,
    `hours` the part of the day in which messages are handed out, where that is not all of it.
    """

    name: str
    edition: str
    title: str
    file: str
    path: str
    root: Path
    now: datetime
    zone: tzinfo
    source: Source
    source_title: str
    columns: tuple[str, ...]
    wanted: tuple[str, ...]
    kept: tuple[str, ...]
    key: str | None
    match: Match | None
    test: Callable[[Sequence[object]], bool | None] | None
    renderer: Renderer | Wordings
    carriers: tuple[Carrier, ...]
    reaches_people: bool
    rate: float | None
    rate_title: str
    burst: int
    workers: int
    cost: int
    retry: RetryRule
    stop: StopRule | None
    take: int | None
    select: Callable[[Recipient], Recipient | Skip] | None
    problems: Problems
    quota: Quota | None = None
    observers: tuple[NamedObserver, ...] = ()
    start: Start | None = None
    hours: Hours | None = None
    domains: tuple[DomainRate, ...] = ()
    redirect: str = ""
    former: tuple[str, ...] = ()
    sample: float = 1.0
    on_doubt: str = "hold"
    split: Split | None = None
    suppressions: tuple[SuppressionList, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    files: frozenset[Path] = frozenset()

    @property
    def transport(self) -> Transport:
        """The transport that is taken as long as it works."""
        return self.carriers[0].transport

    @property
    def crew(self) -> int:
        """How many workers send at once through that transport, where nobody else does."""
        return self.carriers[0].crew(self.workers)

    @property
    def transport_title(self) -> str:
        """The transports, for people: `smtp a.example:587, otherwise smtp b.example:587`."""
        return ", otherwise ".join(carrier.transport.title for carrier in self.carriers)

    @property
    def condition(self) -> str:
        """The condition in one line; empty when everybody is meant."""
        return self.match.text if self.match else ""

    @property
    def reaches_somebody(self) -> bool:
        """Whether messages leave this machine, if only to the address that everything is redirected to."""
        return self.reaches_people or bool(self.redirect)

    @property
    def prefiltered(self) -> bool:
        """Whether the source left out rows by itself: what it gave says nothing about the rest."""
        return bool(getattr(self.source, "prefiltered", False))

    @property
    def query(self) -> str:
        """What the source was asked, in its own words, once rows were read; empty where it has none."""
        return str(getattr(self.source, "query", ""))

    @property
    def origin(self) -> str:
        """The campaign's oldest name: what somebody's place among all is made of, so that a new name changes none."""
        return self.former[0] if self.former else self.name

    def info(self, to_send: int) -> CampaignInfo:
        """Return what observers are told when so many messages begin to be sent."""
        return CampaignInfo(
            name=self.name,
            edition=self.edition,
            transport=self.transport.title,
            to_send=to_send,
            rehearsal=not self.reaches_people,
        )

    def close(self) -> None:
        """Close the sources and the transports. May be called twice."""
        self.source.close()
        for each in self.suppressions:
            each.source.close()
        for carrier in self.carriers:
            carrier.transport.close()

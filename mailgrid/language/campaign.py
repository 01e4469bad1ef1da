"""Campaign: a file that makes sense by itself. The checker makes it of the tree; planning binds it to the world.

Every name in it is resolved, every setting typed; `defaults` and imports are merged in. Still unopened: sources,
transports, templates, columns, and what `env()` and `secret()` stand for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from mailgrid.language.ast import Expr, Literal
from mailgrid.language.text import Span
from mailgrid.language.values import Percent, Rate

__all__ = ["Campaign", "Driver", "Header", "Quoted", "Reference", "Retry", "Setting", "Stop"]


@dataclass(frozen=True, slots=True)
class Reference:
    """`env("X", "default")` or `secret("X")`, not looked up yet. `kind` is `env` or `secret`."""

    span: Span = field(compare=False, repr=False)
    kind: str
    name: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text that the author wrote, with its place. Texts with `{{ }}` are templates, file names are not guessed.

    `span` is the whole literal, quotes included; `folder` the folder of the file it stands in, from which relative
    paths are meant.
    """

    span: Span = field(compare=False, repr=False)
    value: str
    folder: Path = field(default=Path(), compare=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """An option's value, typed as `hookspecs.OptionType` says (a Reference is not looked up yet), and its place."""

    span: Span = field(compare=False, repr=False)
    value: object


@dataclass(frozen=True, slots=True)
class Driver:
    """A source or a transport: which kind, where, with which options.

    `name` is what it was declared as (`source users csv ...`), None when it was written in place. `options` holds
    only what was written; planning fills in defaults. `where` filters a source's rows. `rate` and `workers` are a
    transport's own.
    """

    span: Span = field(compare=False, repr=False)
    driver: str
    driver_span: Span = field(compare=False, repr=False)
    location: Quoted | Reference | None = None
    options: Mapping[str, Setting] = field(default_factory=dict)
    name: str | None = None
    where: Expr | None = None
    folder: Path = field(default=Path(), compare=False)


@dataclass(frozen=True, slots=True)
class Header:
    """`header "Name" "value"`."""

    name: Quoted
    value: Quoted


@dataclass(frozen=True, slots=True)
class Retry:
    """How temporary refusals are tried again: at most `attempts` (None: as time allows) within `period`.

    Waits begin at `backoff`, double, end at `longest`; `jitter` is the share of each wait that is random (1: all).
    """

    attempts: int | None = None
    period: timedelta = timedelta(hours=1)
    backoff: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(minutes=10)
    jitter: float = 1.0


@dataclass(frozen=True, slots=True)
class Stop:
    """`stop after 2% failures` or `stop after 50 failures`: the circuit breaker."""

    failures: int | Percent


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign, checked. Settings that were not written are None or empty.

    `where` is the joined condition, still with its segments by name; `segments` holds their conditions and `lets`
    the values that conditions and templates may use (Literal, tuple of Literals, or Reference).
    """

    name: str
    span: Span = field(compare=False, repr=False)
    path: Path | None
    folder: Path
    source: Driver
    sender: Quoted
    subject: Quoted
    transport: Driver | None
    where: Expr | None = None
    segments: Mapping[str, Expr] = field(default_factory=dict)
    lets: "Mapping[str, Literal | tuple[Literal, ...] | Reference]" = field(default_factory=dict)
    sources: Mapping[str, Driver] = field(default_factory=dict)
    to: Quoted | None = None
    reply_to: Quoted | None = None
    cc: tuple[Quoted, ...] = ()
    bcc: tuple[Quoted, ...] = ()
    headers: tuple[Header, ...] = ()
    template: Quoted | None = None
    template_text: Quoted | None = None
    html: Quoted | None = None
    text: Quoted | None = None
    key: Quoted | None = None
    edition: Quoted | None = None
    zone: Quoted | None = None
    title: str = ""
    kind: str = "marketing"
    rate: Rate | None = None
    burst: int | None = None
    workers: int = 8
    retry: Retry = Retry()
    stop: Stop | None = None
    take: int | None = None

"""Scope: everything that a condition may refer to besides its own words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from mailgrid.hookspecs import Column
from mailgrid.language import ast

__all__ = ["Scope"]


def _no_source(_name: str) -> frozenset[str] | None:
    return None


def _no_lines(_path: str) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What the names in a condition stand for.

    Args:
        columns: the source's columns. One without a type is text, read as what it is compared with.
        complete: whether no row can have a column besides these.
        source: how the source is called in messages, like `users.csv`.
        now: the plan's moment, aware; `today()` is its day in `zone`.
        zone: the campaign's zone; dates and times without an offset are meant in it.
        lets: the values of `let`; a plain str is what `env()` stood for.
        segments: the conditions of the segments.
        functions: the plugins' functions, opened: texts in, a value out, None for unknown.
        results: what kind of value each of them gives, where that is known: `number`, as of a column.
        dates: how the source writes dates besides ISO 8601, like `DD/MM/YYYY`.
        decimal: the source's decimal mark.
        keys_of: the keys of a named source; None when there is no such source. An address among them is lower case.
        read_lines: the lines of a file; it may raise SourceError.
        environment: what `env()` looks up.
    """

    columns: Sequence[Column]
    complete: bool
    source: str
    now: datetime
    zone: tzinfo
    lets: Mapping[str, ast.Literal | tuple[ast.Literal, ...] | str] = field(default_factory=dict)
    segments: Mapping[str, ast.Expr] = field(default_factory=dict)
    functions: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    results: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    decimal: str = "."
    keys_of: Callable[[str], frozenset[str] | None] = _no_source
    read_lines: Callable[[str], frozenset[str]] = _no_lines
    environment: Mapping[str, str] = field(default_factory=dict)

"""JSON for machines: one object, or one a line; `--json=a,b` keeps those keys only."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from datetime import date, datetime
from decimal import Decimal

from mailgrid.cli.screen import Screen
from mailgrid.hookspecs import Secret

__all__ = ["kept_for_json", "print_json"]


def print_json(
    screen: Screen, value: Mapping[str, object], fields: tuple[str, ...] = (), *, line: bool = False
) -> None:
    """Print an object.

    Args:
        screen: where.
        value: the object.
        fields: the keys to keep; none for all. One that there is not is null, and a message says so.
        line: print it in one line, as one of many.
    """
    chosen = {name: value.get(name) for name in fields} if fields else dict(value)
    if unknown := [name for name in fields if name not in value and not line]:
        screen.note(f"no key `{'`, `'.join(unknown)}`, so null stands there; there are: {', '.join(value)}")
    screen.out(json.dumps(chosen, indent=None if line else 2, ensure_ascii=False, default=_plain))


@contextmanager
def kept_for_json(wanted: bool) -> Iterator[None]:
    """Keep stdout for the program that reads JSON there: what a transport prints meanwhile goes to stderr.

    Args:
        wanted: whether there is such a program.
    """
    if not wanted:
        yield
        return
    with redirect_stdout(sys.stderr):
        yield


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Secret):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")

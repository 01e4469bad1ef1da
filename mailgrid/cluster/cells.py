"""Cells as JSON: what stood in somebody's row crosses the database as text, and nothing of it can be run."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from mailgrid.errors import MailgridError

__all__ = ["from_json", "to_json"]

_TAG = "$"
_PLAIN = (str, int, float, bool, type(None))
#: What JSON has no word for: its name there, how it is written, and how it is read.
_TYPES: dict[type, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    datetime: ("datetime", datetime.isoformat, datetime.fromisoformat),
    date: ("date", date.isoformat, date.fromisoformat),
    time: ("time", time.isoformat, time.fromisoformat),
    timedelta: ("seconds", timedelta.total_seconds, lambda seconds: timedelta(seconds=seconds)),
    Decimal: ("decimal", str, Decimal),
    bytes: ("hex", bytes.hex, bytes.fromhex),
}
_READERS = {name: read for name, _, read in _TYPES.values()}


def to_json(value: object) -> object:
    """Return a cell as JSON has it.

    Raises:
        MailgridError: it is of a type that no source of ours makes.
    """
    if type(value) in _PLAIN:
        if isinstance(value, float) and value - value != 0:
            return {_TAG: "float", "v": repr(value)}  # JSON knows no infinity
        return value
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {_TAG: "map", "v": [[str(name), to_json(item)] for name, item in value.items()]}
    for kind, (name, write, _) in _TYPES.items():
        if isinstance(value, kind):
            return {_TAG: name, "v": write(value)}
    raise MailgridError(
        f"a column holds a {type(value).__name__}, which cannot be handed to another host",
        hint="make a text or a number of it in the source",
    )


def from_json(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return the cell that was written."""
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if not isinstance(value, dict):
        return value
    match value[_TAG]:
        case "map":
            return {name: from_json(item) for name, item in value["v"]}
        case "float":
            return float(value["v"])
        case kind:
            return _READERS[kind](value["v"])

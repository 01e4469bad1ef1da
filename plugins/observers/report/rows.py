"""The table of all rows: CSV that a spreadsheet may open, whatever the cells hold."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TextIO

from mailgrid.hookspecs import Fate

__all__ = ["COLUMNS", "written"]

COLUMNS = ("line", "key", "address", "status", "reason", "code", "enhanced", "reply", "attempts", "time")
#: A spreadsheet takes a cell that begins so for a formula, which may send the others elsewhere (CWE-1236);
#: the last four are the first of full width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def written(fates: Iterable[Fate], file: TextIO) -> Iterator[Fate]:
    """Write the rows to a file while passing them on.

    Args:
        fates: the rows.
        file: opened with `newline=""`.
    """
    table = csv.writer(file, quoting=csv.QUOTE_ALL)
    table.writerow(COLUMNS)
    for fate in fates:
        table.writerow([_guarded(cell) for cell in _cells(fate)])
        yield fate


def _cells(fate: Fate) -> tuple[str, ...]:
    reply = fate.reply
    time = "" if fate.time is None else datetime.fromtimestamp(fate.time, UTC).isoformat(timespec="seconds")
    counts = (str(reply.code or ""), reply.enhanced, reply.text, str(fate.attempts or ""))
    return (
        str(fate.line or ""),
        fate.key,
        fate.address,
        fate.status,
        fate.reason,
        *counts,
        time.replace("+00:00", "Z"),
    )


def _guarded(cell: str) -> str:
    """Put `'` before what would be a formula; the spreadsheet shows the cell without it."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell

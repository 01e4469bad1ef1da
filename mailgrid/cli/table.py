"""Table: aligned columns for people, tab-separated lines for machines."""

from collections.abc import Iterable, Sequence
from itertools import chain, islice

from mailgrid.cli.screen import Screen, clean
from mailgrid.formula import guarded

__all__ = ["print_row", "print_table"]

_WIDEST = 60
#: So many rows say how wide the columns are; the others follow one by one, for there may be a million.
_MEASURED = 1000
_BLANKS = str.maketrans("\t\n", "  ")


def print_table(screen: Screen, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table.

    Args:
        screen: where.
        head: the columns' names.
        rows: the cells; None is an empty cell.
    """
    if not screen.tables:
        for row in chain([head], rows):
            print_row(screen, row)
        return
    texts = map(_texts, rows)
    first = [list(head), *islice(texts, _MEASURED)]
    widths = [min(_WIDEST, max(len(row[place]) for row in first)) for place in range(len(head))]
    for number, row in enumerate(chain(first, texts)):
        line = "  ".join(_cell(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        screen.out(line, **({"bold": True} if number == 0 else {}))


def print_row(screen: Screen, row: Sequence[object]) -> None:
    """Print a row for a program: cells parted by tabs, none of which a spreadsheet would take for a formula."""
    screen.out("\t".join(map(guarded, _texts(row))))


def _texts(row: Sequence[object]) -> list[str]:
    return [("" if cell is None else clean(cell).translate(_BLANKS)) for cell in row]


def _cell(text: str, width: int) -> str:
    return (text if len(text) <= width else text[: width - 1] + "…").ljust(width)

"""Table: aligned columns for people, tab-separated lines for machines."""

from collections.abc import Iterable, Sequence

from mailgrid.cli.screen import Screen, clean

__all__ = ["print_row", "print_table"]

_WIDEST = 60
_BLANKS = str.maketrans("\t\n", "  ")


def print_table(screen: Screen, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table.

    Args:
        screen: where.
        head: the columns' names.
        rows: the cells; None is an empty cell.
    """
    if not screen.tables:
        for row in (head, *rows):
            print_row(screen, row)
        return
    table = [list(head), *map(_texts, rows)]
    widths = [min(_WIDEST, max(len(row[place]) for row in table)) for place in range(len(head))]
    for number, row in enumerate(table):
        line = "  ".join(_cell(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        screen.out(line, **({"bold": True} if number == 0 else {}))


def print_row(screen: Screen, row: Sequence[object]) -> None:
    """Print a row for a program: cells parted by tabs."""
    screen.out("\t".join(_texts(row)))


def _texts(row: Sequence[object]) -> list[str]:
    return [("" if cell is None else clean(cell).translate(_BLANKS)) for cell in row]


def _cell(text: str, width: int) -> str:
    return (text if len(text) <= width else text[: width - 1] + "…").ljust(width)

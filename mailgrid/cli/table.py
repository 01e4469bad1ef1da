"""Table: aligned columns for people, tab-separated lines for machines."""

from collections.abc import Iterable, Sequence

from mailgrid.cli.screen import Screen, clean

__all__ = ["print_table"]

_WIDEST = 60
_BLANKS = str.maketrans("\t\n", "  ")


def print_table(screen: Screen, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table.

    Args:
        screen: where.
        head: the columns' names.
        rows: the cells; None is an empty cell.
    """
    texts = ([("" if cell is None else clean(cell).translate(_BLANKS)) for cell in row] for row in rows)
    if not screen.tables:
        for row in (head, *texts):
            screen.out("\t".join(row))
        return
    table = [list(head), *texts]
    widths = [min(_WIDEST, max(len(row[place]) for row in table)) for place in range(len(head))]
    for number, row in enumerate(table):
        line = "  ".join(_cell(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        screen.out(line, **({"bold": True} if number == 0 else {}))


def _cell(text: str, width: int) -> str:
    return (text if len(text) <= width else text[: width - 1] + "…").ljust(width)

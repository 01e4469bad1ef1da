"""WatchedTables: the tables of `status --watch`, which are drawn over themselves."""

from collections.abc import Iterable, Sequence
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table

from mailgrid.cli.screen import clean

__all__ = ["WatchedTables"]

#: The blanks on both sides of a cell.
_AROUND = 2


class WatchedTables:
    """A place on the terminal; a context."""

    def __init__(self) -> None:
        self._live = Live(console=Console(), auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def draw(self, tables: Sequence[tuple[Sequence[str], Sequence[Sequence[object]]]]) -> None:
        """Draw tables, the head and the rows of each, over those before; of the first one it is also made room."""
        drawn = []
        for number, (head, rows) in enumerate(tables):
            texts = [_texts(row) for row in rows]
            places = range(len(head)) if number else _shown(head, texts, self._live.console.width)
            drawn.append(_table([head[place] for place in places], ([row[place] for place in places] for row in texts)))
        self._live.update(Group(*drawn), refresh=True)


def _table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(box=None)
    for name in head:  # where the window is narrow, it is the moment that is cut off
        table.add_column(name, no_wrap=name != "last run", overflow="ellipsis")
    for row in rows:
        table.add_row(*row)
    return table


def _texts(cells: Sequence[object]) -> list[str]:
    return ["" if cell is None else clean(cell) for cell in cells]


def _shown(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Sequence[int]:
    """Return the places of the columns that are shown: where not all have room, not those in which nothing stands."""
    widths = [max(map(len, column)) + _AROUND for column in zip(head, *rows, strict=True)]
    every = range(len(head))
    if sum(widths) <= width:
        return every
    return [place for place in every if any(row[place] not in {"", "0"} for row in rows)]

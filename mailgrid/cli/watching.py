"""Watching: `status` again and again. A table that is drawn over itself, or, for programs, a line for each change."""

import time
from collections.abc import Sequence

from mailgrid.cli.common import Common
from mailgrid.cli.json_out import print_json
from mailgrid.cli.screen import clean
from mailgrid.cli.standing import HEAD, Standing, standings
from mailgrid.cli.table import print_row

__all__ = ["keep_watching"]

_EVERY = 1.0
#: The blanks on both sides of a cell.
_AROUND = 2


def keep_watching(common: Common, what: str | None) -> None:
    """Show how far mailings are whenever that has changed, until Ctrl-C, which is the way to end it and no failure.

    Args:
        common: the common options; with `--json` each change is an object in a line.
        what: a campaign file, the name of a campaign, or None for the whole project.
    """
    show = _draw if common.screen.tables and common.json is None else _print
    try:
        show(common, what)
    except KeyboardInterrupt:
        return


def _print(common: Common, what: str | None) -> None:
    before: Sequence[Standing] = ()
    if common.json is None:
        print_row(common.screen, HEAD)
    while True:
        now = standings(common, what)
        for standing in now:
            if standing not in before and common.json is not None:
                print_json(common.screen, standing.as_json(), common.json, line=True)
            elif standing not in before:
                print_row(common.screen, standing.cells())
        before = now
        time.sleep(_EVERY)


def _draw(common: Common, what: str | None) -> None:
    from rich.live import Live
    from rich.table import Table

    with Live(auto_refresh=False) as live:
        while True:
            rows = [_texts(standing.cells()) for standing in standings(common, what)]
            table, shown = Table(box=None), _shown(rows, live.console.width)
            for name in (
                HEAD[place] for place in shown
            ):  # where the window is narrow, it is the moment that is cut off
                table.add_column(name, no_wrap=name != "last run", overflow="ellipsis")
            for row in rows:
                table.add_row(*(row[place] for place in shown))
            live.update(table, refresh=True)
            time.sleep(_EVERY)


def _texts(cells: Sequence[object]) -> list[str]:
    return ["" if cell is None else clean(cell) for cell in cells]


def _shown(rows: Sequence[Sequence[str]], width: int) -> Sequence[int]:
    """Return the places of the columns that are shown: where not all have room, not those in which nothing stands."""
    widths = [max(map(len, column)) + _AROUND for column in zip(HEAD, *rows, strict=True)]
    every = range(len(HEAD))
    if sum(widths) <= width:
        return every
    return [place for place in every if any(row[place] not in {"", "0"} for row in rows)]

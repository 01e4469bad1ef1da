"""`mailgrid columns`: what a source holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from mailgrid.cli.arguments import campaign_argument, file_argument, only_campaign, warned
from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.cli.table import print_table
from mailgrid.hookspecs import Row
from mailgrid.planning.binding import bind

__all__ = ["command"]

_EXAMPLES = 3


@dataclass(slots=True)
class _Column:
    """What was seen of one column."""

    name: str
    type: str
    filled: int = 0
    examples: list[str] = field(default_factory=list)

    def see(self, cell: object) -> None:
        text = "" if cell is None else str(cell).strip()
        self.filled += bool(text)
        if text and len(self.examples) < _EXAMPLES and text not in self.examples:
            self.examples.append(text)


@click.command("columns")
@file_argument
@campaign_argument
@common_options
@click.pass_obj
def command(common: Common, file: Path, campaign: str | None) -> None:
    """Show the columns of a campaign's source: type, share of rows that have it, and three values."""
    loaded = warned(common, file)
    plan = bind(only_campaign(loaded, campaign), loaded.world)
    columns = [_Column(column.name, column.type or "text") for column in plan.source.columns]
    try:
        rows = _read(columns, plan.source.rows(plan.columns))
    finally:
        plan.close()
    if common.json is not None:
        found = [
            {"name": each.name, "type": each.type, "filled": each.filled, "examples": each.examples} for each in columns
        ]
        print_json(
            common.screen, {"format": 1, "source": plan.source_title, "rows": rows, "columns": found}, common.json
        )
        return
    shares = [f"{100 * each.filled / rows:.0f}%" if rows else "" for each in columns]
    table = [
        (each.name, each.type, share, ", ".join(each.examples)) for each, share in zip(columns, shares, strict=True)
    ]
    print_table(common.screen, ("column", "type", "filled", "examples"), table)
    common.screen.note(f"{rows:,} rows in {plan.source_title}")


def _read(columns: Sequence[_Column], rows: Iterable[Row]) -> int:
    count = 0
    for _line, cells in rows:
        count += 1
        for column, cell in zip(columns, cells, strict=True):
            column.see(cell)
    return count

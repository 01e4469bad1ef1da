"""`mailgrid rows`: who matches, who does not, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import click

from mailgrid.cli.arguments import campaign_argument, file_argument, only_campaign, warned
from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.cli.reason_view import Person
from mailgrid.cli.table import print_table
from mailgrid.errors import AddressError, CampaignError, TemplateError, UsageError
from mailgrid.hookspecs import Recipient
from mailgrid.language.ast import And, Expr
from mailgrid.language.campaign import Campaign
from mailgrid.library.loading import Loaded
from mailgrid.planning.binding import bind
from mailgrid.planning.plan import Plan
from mailgrid.value import value

__all__ = ["command", "find_person"]


@value
class _Seen:
    """A row and what the condition says about it: True, False, or None: unknown."""

    line: int
    key: str
    match: bool | None
    cells: Sequence[object]


@click.command("rows")
@file_argument
@campaign_argument
@click.option("--where", "extra", metavar="CONDITION", help="A further condition, as in a campaign file.")
@click.option("--why", metavar="KEY", help="Show each test's answer for one person, by key or address.")
@click.option("--all", "every", is_flag=True, help="Show every row, also those that do not match.")
@click.option("--show-where", is_flag=True, help="Print the joined condition and nothing else.")
@click.option("-n", "limit", type=click.IntRange(0), help="Show so many rows; 20 on a terminal, else all. 0: all.")
@common_options
@click.pass_obj
def command(
    common: Common,
    file: Path,
    campaign: str | None,
    extra: str | None,
    why: str | None,
    every: bool,
    show_where: bool,
    limit: int | None,
) -> int:
    """Show who matches a campaign's condition.

    With --json one object a row: line, key, match (true, false, or null for unknown) and fields; with --why one
    object: campaign, key, line, match and why, a tree of test, answer, decides, and parts or cells and note.
    """
    loaded = warned(common, file)
    plan = bind(_narrowed(only_campaign(loaded, campaign), extra, loaded), loaded.world, all_columns=True)
    try:
        if show_where:
            common.screen.out(plan.condition or "(everybody)")
            return 0
        if why is not None:
            _explain(common, plan, why)
            return 0
        _list(common, plan, every=every, limit=limit)
    finally:
        plan.close()
    return 0


def _narrowed(campaign: Campaign, extra: str | None, loaded: Loaded) -> Campaign:
    """Add a condition from the command line."""
    if not extra:
        return campaign
    from mailgrid.language.compiler import compile_condition
    from mailgrid.language.text import Text

    condition, diagnostics = compile_condition(Text("--where", extra), root=loaded.world.project.root)
    if condition is None:
        raise CampaignError("--where is wrong", tuple(diagnostics))
    parts = [part for each in (campaign.where, condition) if each for part in _parts(each)]
    return replace(campaign, where=And(condition.span, tuple(parts)) if len(parts) > 1 else condition)


def _parts(condition: Expr) -> tuple[Expr, ...]:
    """Return what has to be fulfilled together, so that the joined condition reads as if it were written in one."""
    return condition.parts if isinstance(condition, And) else (condition,)


def _rows(plan: Plan) -> Iterator[_Seen]:
    for line, cells in plan.source.rows(plan.wanted):
        match = True if plan.test is None else plan.test(cells)
        yield _Seen(line, _key(plan, cells), match, cells)


def _key(plan: Plan, cells: Sequence[object]) -> str:
    from mailgrid.pipeline.key_text import key_text

    if plan.key is not None:
        return key_text(cells[plan.wanted.index(plan.key)])
    try:
        return plan.renderer.address_of(dict(zip(plan.wanted, cells, strict=True))).key
    except (AddressError, TemplateError):
        return ""


def _list(common: Common, plan: Plan, *, every: bool, limit: int | None) -> None:
    matching = (row for row in _rows(plan) if every or row.match)
    if limit is None and common.screen.tables and common.json is None:
        limit = 20
    shown = islice(matching, limit or None)
    if common.json is not None:
        for row in shown:
            fields = dict(zip(plan.wanted, row.cells, strict=True))
            value = {"line": row.line, "key": row.key, "match": row.match, "fields": fields}
            print_json(common.screen, value, common.json, line=True)
        return
    words = {True: "yes", False: "no", None: "unknown"}
    head = ("line", *(("match",) if every else ()), *plan.wanted)
    rows = ((row.line, *((words[row.match],) if every else ()), *row.cells) for row in shown)
    print_table(common.screen, head, rows)


def find_person(plan: Plan, key: str) -> Person:
    """Return the first row of somebody, by key or by an address in it.

    Raises:
        UsageError: the source has no such row.
    """
    wanted = key.strip().casefold()
    for row in _rows(plan):
        texts = {str(cell).strip().casefold() for cell in row.cells if isinstance(cell, str) and "@" in cell}
        if wanted == row.key.casefold() or wanted in texts:
            reason = plan.match.reason(row.cells, plan.wanted) if plan.match else None
            return Person(row.key or key, row.line, row.match, reason, _lacking(plan, row))
    raise UsageError(
        f"nobody in {plan.source_title} has the key `{key}`", hint="give a key or an address of the source"
    )


def _lacking(plan: Plan, row: _Seen) -> str:
    """Return the file that somebody's message needs and that is not there."""
    if not (row.match and plan.renderer.is_personal):
        return ""
    fields = dict(zip(plan.wanted, row.cells, strict=True))
    variant = plan.split(row.key, row.cells) if plan.split else ""
    return plan.renderer.lacking(Recipient(key=row.key, address="", fields=fields, line=row.line, variant=variant))


def _explain(common: Common, plan: Plan, key: str) -> None:
    """Print why somebody matches, or does not."""
    person = find_person(plan, key)
    if common.json is not None:
        print_json(common.screen, {"format": 1, "campaign": plan.name, **person.as_json()}, common.json)
        return
    for line in person.lines(plan.source_title):
        common.screen.out(line)

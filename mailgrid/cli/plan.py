"""`mailgrid plan`: what `apply` would do."""

from contextlib import ExitStack
from pathlib import Path

import click

from mailgrid.cli.arguments import campaigns_argument, file_argument, warned
from mailgrid.cli.common import Common, common_options
from mailgrid.cli.diagnostics import counted
from mailgrid.cli.json_out import print_json
from mailgrid.cli.plan_rows import difference_lines, print_rows
from mailgrid.cli.plan_view import plan_lines
from mailgrid.cli.time_view import left_out
from mailgrid.errors import MailgridError, UsageError
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.library.difference import Difference, differences
from mailgrid.library.loading import Loaded
from mailgrid.library.planned import Planned, check_name, saved_plan
from mailgrid.library.preparing import prepare
from mailgrid.library.stale import changed
from mailgrid.library.waiting import timely
from mailgrid.pipeline.forecast import Forecast
from mailgrid.planning import plan_file
from mailgrid.planning.plan_file import SUFFIX
from mailgrid.planning.saved_plan import SavedPlan
from mailgrid.rfc3339 import rfc3339
from mailgrid.value import value

__all__ = ["command", "show_plan"]

_SOMETHING_TO_SEND = 3


@click.command("plan")
@file_argument
@campaigns_argument
@click.option("--all", "every", is_flag=True, help="All campaigns of the file.")
@click.option("--take", type=click.IntRange(1), metavar="N", help="The next N people of each campaign only.")
@click.option("--render-all", is_flag=True, help="Render every message, however many; otherwise a sample above 50,000.")
@click.option("--exit-code", is_flag=True, help="Exit with 3 when there is something to send.")
@click.option("--strict", is_flag=True, help="Fail (exit 2) where the condition is unknown for a row.")
@click.option("-o", "output", type=click.Path(path_type=Path), metavar="PLAN", help="Save the plan: a .plan file.")
@click.option("--rows", is_flag=True, help="List every row instead: to send, or why not.")
@click.option("--diff", type=click.Path(path_type=Path), metavar="PLAN", help="Compare with a saved plan.")
@common_options
@click.pass_obj
def command(
    common: Common,
    file: Path,
    campaigns: tuple[str, ...],
    every: bool,
    take: int | None,
    render_all: bool,
    exit_code: bool,
    strict: bool,
    output: Path | None,
    rows: bool,
    diff: Path | None,
) -> int:
    """Show what `apply` would do: who gets what, and why others do not. Nothing is sent.

    With -o the plan is saved, for others to review; `mailgrid apply PLAN` then writes to nobody who is not in it.
    """
    return show_plan(
        common,
        file,
        campaigns,
        every=every,
        take=take,
        render_all=render_all,
        exit_code=exit_code,
        strict=strict,
        output=output,
        rows=rows,
        diff=diff,
    )


def show_plan(
    common: Common,
    file: Path,
    campaigns: tuple[str, ...],
    *,
    every: bool,
    take: int | None = None,
    render_all: bool = False,
    exit_code: bool = False,
    strict: bool = False,
    output: Path | None = None,
    rows: bool = False,
    diff: Path | None = None,
) -> int:
    """Print the plan of a file's campaigns, save it where that is asked for, and return the exit code."""
    _check_names(file, output)
    before = None if diff is None else plan_file.read(diff)
    loaded = warned(common, file)
    chosen = loaded.choose(campaigns, every=every)
    if every:
        now, note = loaded.world.now.timestamp(), common.screen.note
        chosen = timely(chosen, loaded.world.project, now, lambda name, start: note(left_out(name, start, now)))
    with ExitStack() as stack:
        prepared = [stack.enter_context(prepare(loaded, each, sending=False, take=take)) for each in chosen]
        forecasts = [one.forecast(render=True, every=render_all) for one in prepared]
        if not common.quiet:
            common.screen.frames(each for forecast in forecasts for each in forecast.warnings)
        saved = None if output is None else saved_plan(loaded, prepared, common.settings(), take=take)
        change = None if before is None else _Change(before, changed(before), tuple(differences(before, prepared)))
        if rows:
            print_rows(common, loaded, chosen, prepared)
    if not rows:
        _show(common, loaded, forecasts, change)
    _refuse_unknown(forecasts, strict=strict)
    if output is not None and saved is not None:
        Planned(forecasts, saved).save(output)
    to_send = sum(forecast.tally.to_send for forecast in forecasts)
    applied = str(output or " ".join([str(file), *campaigns, *(["--all"] if every else [])]))
    common.screen.note(f"Nothing was sent. {_next(applied, to_send)}")
    return _SOMETHING_TO_SEND if exit_code and to_send else 0


def _next(applied: str, to_send: int) -> str:
    return f"Next: mailgrid apply {applied}" if to_send else "There is nothing to send."


def _check_names(file: Path, output: Path | None) -> None:
    if file.suffix == SUFFIX:
        raise UsageError(f"{file} is a saved plan", hint=f"see it: mailgrid show {file}")
    if output is not None:
        check_name(output)


def _refuse_unknown(forecasts: list[Forecast], *, strict: bool) -> None:
    unknown = sum(forecast.tally.unknown for forecast in forecasts)
    if strict and unknown:
        raise MailgridError(
            f"the condition is unknown for {counted(unknown, 'row')}",
            hint="see which: mailgrid rows --all",
            code="MG619",
        )


@value
class _Change:
    """What is different from a saved plan: names of files, and people of each campaign."""

    saved: SavedPlan
    files: list[str]
    people: tuple[Difference, ...]

    def as_json(self) -> dict[str, object]:
        return {"plan": self.saved.id, "changed": self.files, "campaigns": [each.as_json() for each in self.people]}


def _show(common: Common, loaded: Loaded, forecasts: list[Forecast], change: _Change | None) -> None:
    if common.json is not None:
        value = _as_json(loaded, forecasts)
        print_json(common.screen, value if change is None else value | {"diff": change.as_json()}, common.json)
        return
    for forecast in forecasts:
        for line in plan_lines(forecast, verbose=common.verbose):
            common.screen.out(line)
        common.screen.out()
    if change is not None:
        for line in difference_lines(change.saved, change.files, change.people):
            common.screen.out(line)


def _as_json(loaded: Loaded, forecasts: list[Forecast]) -> dict[str, object]:
    from mailgrid.language.frame import as_json

    found = Diagnostics()
    for each in (*loaded.compiled.diagnostics, *(each for one in forecasts for each in one.warnings)):
        found.keep(each)
    return {
        "format": 1,
        "now": rfc3339(loaded.world.now),
        "to_send": sum(forecast.tally.to_send for forecast in forecasts),
        "campaigns": [forecast.as_json() for forecast in forecasts],
        "diagnostics": [as_json(each) for each in found],
    }

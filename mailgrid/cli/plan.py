"""`mailgrid plan`: what `apply` would do."""

from contextlib import ExitStack
from pathlib import Path

import click

from mailgrid.cli.arguments import campaigns_argument, file_argument, warned
from mailgrid.cli.common import Common, common_options
from mailgrid.cli.diagnostics import counted
from mailgrid.cli.json_out import print_json
from mailgrid.cli.plan_view import plan_lines
from mailgrid.errors import MailgridError, UsageError
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.library.loading import Loaded
from mailgrid.library.planned import Planned, check_name, saved_plan
from mailgrid.library.preparing import prepare
from mailgrid.pipeline.forecast import Forecast
from mailgrid.planning.plan_file import SUFFIX
from mailgrid.rfc3339 import rfc3339

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
) -> int:
    """Print the plan of a file's campaigns, save it where that is asked for, and return the exit code."""
    if file.suffix == SUFFIX:
        raise UsageError(f"{file} is a saved plan", hint=f"see it: mailgrid show {file}")
    if output is not None:
        check_name(output)
    loaded = warned(common, file)
    chosen = loaded.choose(campaigns, every=every)
    with ExitStack() as stack:
        prepared = [stack.enter_context(prepare(loaded, each, sending=False, take=take)) for each in chosen]
        for one in prepared:
            if not common.quiet:
                common.screen.frames(one.plan.warnings)
        forecasts = [one.forecast(render=True, every=render_all) for one in prepared]
        saved = None if output is None else saved_plan(loaded, prepared, common.settings(), take=take)
    to_send = sum(forecast.tally.to_send for forecast in forecasts)
    if common.json is not None:
        print_json(common.screen, _as_json(loaded, forecasts, to_send), common.json)
    else:
        for forecast in forecasts:
            for line in plan_lines(forecast, verbose=common.verbose):
                common.screen.out(line)
            common.screen.out()
    _refuse_unknown(forecasts, strict=strict)
    if output is not None and saved is not None:
        Planned(forecasts, saved).save(output)
    next_one = output or " ".join([str(file), *campaigns, *(["--all"] if every else [])])
    after = f"Next: mailgrid apply {next_one}" if to_send else "There is nothing to send."
    common.screen.note(f"Nothing was sent. {after}")
    return _SOMETHING_TO_SEND if exit_code and to_send else 0


def _refuse_unknown(forecasts: list[Forecast], *, strict: bool) -> None:
    unknown = sum(forecast.tally.unknown for forecast in forecasts)
    if strict and unknown:
        raise MailgridError(
            f"the condition is unknown for {counted(unknown, 'row')}",
            hint="see which: mailgrid rows --all",
            code="MG619",
        )


def _as_json(loaded: Loaded, forecasts: list[Forecast], to_send: int) -> dict[str, object]:
    from mailgrid.language.frame import as_json

    found = Diagnostics()
    for each in (*loaded.compiled.diagnostics, *(each for one in forecasts for each in one.plan.warnings)):
        found.keep(each)
    return {
        "format": 1,
        "now": rfc3339(forecasts[0].plan.now),
        "to_send": to_send,
        "campaigns": [forecast.as_json() for forecast in forecasts],
        "diagnostics": [as_json(each) for each in found],
    }

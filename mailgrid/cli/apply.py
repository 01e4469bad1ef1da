"""`mailgrid apply`: send, or go on after an interruption."""

import logging
from contextlib import ExitStack
from pathlib import Path

import click

from mailgrid.cli.apply_watcher import ApplyWatcher
from mailgrid.cli.arguments import campaigns_argument, file_argument
from mailgrid.cli.common import Common, common_options
from mailgrid.cli.events import STDOUT, events_writer
from mailgrid.cli.heap import share_heap
from mailgrid.cli.json_out import kept_for_json, print_json
from mailgrid.cli.plan import show_plan
from mailgrid.cli.show import show_saved
from mailgrid.errors import MailgridError, UsageError
from mailgrid.library.engine import Engine
from mailgrid.library.verbs import apply
from mailgrid.pipeline.gather import Again
from mailgrid.planning.plan_file import SUFFIX
from mailgrid.report import Report

__all__ = ["command"]

_log = logging.getLogger("mailgrid")


@click.command("apply")
@file_argument
@campaigns_argument
@click.option("--all", "every", is_flag=True, help="All campaigns of the file.")
@click.option("--yes", is_flag=True, help="Send without asking.")
@click.option(
    "--confirm", type=click.IntRange(0), metavar="N", help="Send without asking if there are exactly N messages."
)
@click.option(
    "--max", "maximum", type=click.IntRange(0), metavar="N", help="Refuse when there are more than N messages."
)
@click.option("--take", type=click.IntRange(1), metavar="N", help="The next N people of each campaign only.")
@click.option(
    "--rate", default="", metavar="RATE", help="Send at this rate, like 10/s, in place of the campaign's own."
)
@click.option("--dry-run", is_flag=True, help="Show the plan and send nothing.")
@click.option("--events", metavar="PATH", help="Append one JSON line for each outcome to PATH; - is stdout.")
@click.option("--no-wait", is_flag=True, help="Leave those who were refused for now to the next run.")
@click.option("--resend-in-doubt", is_flag=True, help="Send again to those of whom it is not known whether it arrived.")
@click.option("--retry-rejected", is_flag=True, help="Try those again who were rejected for good.")
@click.option("--retry-failed", is_flag=True, help="Write to nobody but those who failed before.")
@click.option("--strict", is_flag=True, help="Refuse a saved plan if anybody came or went since it was made.")
@click.option("--new-ledger", is_flag=True, help="Start over where the ledger that mailgrid.lock names is not here.")
@click.option("--engine", type=click.Choice(["cluster"]), help="Let the hosts of a cluster send.")
@click.option("--chunk", type=click.IntRange(1), metavar="N", help="So many people a chunk, with --engine cluster.")
@common_options
@click.pass_obj
def command(
    common: Common,
    file: Path,
    campaigns: tuple[str, ...],
    every: bool,
    yes: bool,
    confirm: int | None,
    maximum: int | None,
    take: int | None,
    rate: str,
    dry_run: bool,
    events: str | None,
    no_wait: bool,
    resend_in_doubt: bool,
    retry_rejected: bool,
    retry_failed: bool,
    strict: bool,
    new_ledger: bool,
    engine: str | None,
    chunk: int | None,
) -> int:
    """Send each person who matches one message, once; run it again to go on where it ended.

    FILE is a campaign file, or a saved plan: then nobody is written to who is not in it, and nothing is asked.
    """
    saved = file.suffix == SUFFIX
    if dry_run:
        return show_saved(common, file) if saved else show_plan(common, file, campaigns, every=every, take=take)
    if common.ledger == "none":
        _refuse_or_warn(confirm)
    sends = _engine(common, engine, chunk, rate, events)
    share_heap()
    aside = common.json is not None or events == STDOUT
    watcher = ApplyWatcher(
        common, file, yes=yes or saved, confirm=confirm, aside=aside, named=saved or every or bool(campaigns)
    )
    again = Again(in_doubt=resend_in_doubt, rejected=retry_rejected, only_failed=retry_failed)
    try:
        with ExitStack() as stack:
            writer = events_writer(events, stack)
            stack.enter_context(kept_for_json(aside))
            report = apply(
                file,
                *campaigns,
                every=every,
                maximum=maximum,
                take=take,
                rate=rate,
                wait=not no_wait,
                strict=strict,
                again=again,
                new_ledger=new_ledger,
                events=writer,
                watcher=watcher,
                settings=common.settings(),
                engine=sends,
            )
    except MailgridError as error:
        _print(common, Report(watcher.not_sent(), error), events)
        raise
    _print(common, report, events)
    return report.exit_code


def _refuse_or_warn(confirm: int | None) -> None:
    """Let nobody send without a ledger who has not counted: everybody would get the message again at the next run."""
    if confirm is None:
        raise UsageError(
            "`--ledger none` is for benchmarks: who got the message is written down nowhere",
            hint="say with `--confirm N` how many messages that are",
        )
    _log.warning("nothing of this run is written down: the next `apply` writes to everybody again")


def _engine(common: Common, engine: str | None, chunk: int | None, rate: str, events: str | None) -> Engine | None:
    """Return what sends in place of this process, where that is wanted."""
    if engine is None:
        if chunk is not None:
            raise UsageError("`--chunk` is for `--engine cluster`", hint="leave it out")
        return None
    if events is not None:
        raise UsageError(
            "with `--engine cluster` outcomes are known where they come about", hint="give `--events` to each worker"
        )
    from mailgrid.cli.cluster import cluster_engine

    return cluster_engine(common, chunk, rate)


def _print(common: Common, report: Report, events: str | None) -> None:
    """Print the object that `--json` promises, whatever the end; events on stdout take its place."""
    if common.json is not None and events != STDOUT:
        print_json(common.screen, report.as_json(), common.json)

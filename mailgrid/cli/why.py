"""`mailgrid why`: one person, every campaign."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.cli.ledgers import Mailing, mailings
from mailgrid.cli.reason_view import Person
from mailgrid.cli.rows import find_person
from mailgrid.cli.screen import clean
from mailgrid.cli.suppress import suppression_of
from mailgrid.cli.why_json import mailing_json, suppressed_json
from mailgrid.errors import AddressError, UsageError
from mailgrid.ledger.store import Entry
from mailgrid.ledger.suppression import Suppressed
from mailgrid.library.loading import load
from mailgrid.message.address import parse
from mailgrid.planning.binding import bind
from mailgrid.planning.plan import Plan

__all__ = ["command"]


@click.command("why")
@click.argument("address")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@common_options
@click.pass_obj
def command(common: Common, address: str, file: Path | None) -> None:
    """Tell what happened to an ADDRESS (or key) in every campaign; with a FILE, also what its conditions answer."""
    if common.json is not None:
        print_json(common.screen, _as_json(common, address, file), common.json)
        return
    found = False
    for listed in _suppressed(common, address):
        found = True
        words = ", ".join(filter(None, [listed.category, clean(listed.reason), clean(listed.source)]))
        common.screen.out(f"suppressed{_since(listed.since)}: {words}", bold=True)
    for mailing, entry in _history(common, address, file):
        found = True
        _tell(common, mailing, entry)
    if file is not None:
        _conditions(common, file, address)
    elif not found:
        common.screen.out(f"no campaign has written to {clean(address)}")


def _as_json(common: Common, address: str, file: Path | None) -> dict[str, object]:
    answers = [] if file is None else list(_answers(common, file, address))
    return {
        "format": 1,
        "address": address,
        "suppressed": suppressed_json(_suppressed(common, address)),
        "mailings": [mailing_json(mailing, entry) for mailing, entry in _history(common, address, file)],
        "conditions": [
            {"campaign": plan.name, **({} if person is None else person.as_json())} for plan, person in answers
        ],
    }


def _history(common: Common, address: str, file: Path | None) -> Iterator[tuple[Mailing, Entry]]:
    for mailing in mailings(common, str(file) if file else None):
        for entry in mailing.store.find(address):
            yield mailing, entry


def _suppressed(common: Common, address: str) -> list[Suppressed]:
    """Return what the do-not-mail list knows about somebody: nothing, or one entry."""
    try:
        key = parse(address).key
    except AddressError:  # a key, then
        return []
    with closing(suppression_of(common, write=False)) as suppression:
        return list(suppression.find([key]).values())


def _tell(common: Common, mailing: Mailing, entry: Entry) -> None:
    common.screen.out(f"{mailing.title}: {entry.state.value.replace('_', ' ')}{_when(entry.time)}", bold=True)
    for attempt in mailing.store.attempts(entry.key):
        words = " ".join(filter(None, [str(attempt.code or ""), attempt.enhanced, clean(attempt.reply)]))
        common.screen.out(
            f"  attempt {attempt.attempt}{_when(attempt.time)}{_through(attempt.transport)}: "
            f"{attempt.state.value.replace('_', ' ')}  {words}"
        )
        if attempt.warning:
            common.screen.out(f"    {clean(attempt.warning)}")
    if entry.due and not entry.gave_up:
        common.screen.out(f"  to be tried again{_when(entry.due)}")


def _conditions(common: Common, file: Path, address: str) -> None:
    """Say for each campaign of a file what its condition answers."""
    for plan, person in _answers(common, file, address):
        common.screen.out(f"{plan.name} in {file}:", bold=True)
        nobody = (f"  nobody in {plan.source_title} has the key `{clean(address)}`",)
        for line in nobody if person is None else person.lines(plan.source_title):
            common.screen.out(line)


def _answers(common: Common, file: Path, address: str) -> Iterator[tuple[Plan, Person | None]]:
    """Go through the campaigns of a file, each with somebody's row and what the condition says; None: no such row."""
    loaded = load(file, common.settings())
    for campaign in loaded.compiled.campaigns:
        plan = bind(campaign, loaded.world, all_columns=True)
        try:
            yield plan, find_person(plan, address)
        except UsageError:
            yield plan, None
        finally:
            plan.close()


def _since(seconds: float) -> str:
    return _when(seconds).replace(" on ", " since ", 1)


def _through(transport: str) -> str:
    return f" through {clean(transport)}" if transport else ""


def _when(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f" on {datetime.fromtimestamp(seconds).astimezone():%-d %b %Y %H:%M:%S}"

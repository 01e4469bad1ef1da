"""`mailgrid why`: one person, every campaign."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.ledgers import Mailing, mailings
from mailgrid.cli.screen import clean
from mailgrid.cli.suppress import suppression_of
from mailgrid.errors import AddressError, MailgridError
from mailgrid.ledger.store import Entry
from mailgrid.message.address import parse

__all__ = ["command"]


@click.command("why")
@click.argument("address")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@common_options
@click.pass_obj
def command(common: Common, address: str, file: Path | None) -> None:
    """Tell what happened to an ADDRESS (or key) in every campaign; with a FILE, also what its conditions answer."""
    found = _suppressed(common, address)
    for mailing in mailings(common, str(file) if file else None):
        for entry in mailing.store.find(address):
            found = True
            _tell(common, mailing, entry)
    if file is not None:
        _conditions(common, file, address)
    elif not found:
        common.screen.out(f"no campaign has written to {clean(address)}")


def _suppressed(common: Common, address: str) -> bool:
    """Tell whether somebody is on the do-not-mail list, and since when."""
    try:
        key = parse(address).key
    except AddressError:  # a key, then
        return False
    with closing(suppression_of(common, write=False)) as suppression:
        found = suppression.find([key])
    for entry in found.values():
        words = ", ".join(filter(None, [entry.category, clean(entry.reason), clean(entry.source)]))
        common.screen.out(f"suppressed{_since(entry.since)}: {words}", bold=True)
    return bool(found)


def _tell(common: Common, mailing: Mailing, entry: Entry) -> None:
    common.screen.out(f"{mailing.title}: {entry.state.value.replace('_', ' ')}{_when(entry.time)}", bold=True)
    for attempt in mailing.store.attempts(entry.key):
        words = " ".join(filter(None, [str(attempt.code or ""), attempt.enhanced, clean(attempt.reply)]))
        common.screen.out(
            f"  attempt {attempt.attempt}{_when(attempt.time)}: {attempt.state.value.replace('_', ' ')}  {words}"
        )
        if attempt.warning:
            common.screen.out(f"    {clean(attempt.warning)}")
    if entry.due and not entry.gave_up:
        common.screen.out(f"  to be tried again{_when(entry.due)}")


def _conditions(common: Common, file: Path, address: str) -> None:
    """Say for each campaign of a file what its condition answers."""
    from mailgrid.cli.rows import find_person
    from mailgrid.library.loading import load
    from mailgrid.planning.binding import bind

    loaded = load(file, common.settings())
    for campaign in loaded.compiled.campaigns:
        common.screen.out(f"{campaign.name} in {file}:", bold=True)
        plan = bind(campaign, loaded.world, all_columns=True)
        try:
            for line in find_person(plan, address).lines(plan.source_title):
                common.screen.out(line)
        except MailgridError as error:
            common.screen.out(f"  {error.message}")
        finally:
            plan.close()


def _since(seconds: float) -> str:
    return _when(seconds).replace(" on ", " since ", 1)


def _when(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f" on {datetime.fromtimestamp(seconds).astimezone():%-d %b %Y %H:%M:%S}"

"""`mailgrid bounces`: people whom the relay could not reach, put on the do-not-mail list where that will stay so."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.cli.ledgers import mailings
from mailgrid.cli.suppress import suppression_of
from mailgrid.cli.table import print_table
from mailgrid.errors import AddressError
from mailgrid.ledger.suppression import Suppressed
from mailgrid.maillog.bounce import Bounce, BounceClass, bounces
from mailgrid.maillog.log_file import LogFile
from mailgrid.message.address import parse
from mailgrid.rfc3339 import rfc3339

__all__ = ["command"]

_SHOWN = ("address", "class", "enhanced", "reply", "time")
_LONGEST = 300  # characters of what a server says


@click.command("bounces")
@click.option(
    "--from-log",
    "logs",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A log of the relay, Postfix's or Exim's, plain or with gzip.",
)
@click.option("--dry-run", is_flag=True, help="List the bounces, and change nothing.")
@common_options
@click.pass_obj
def command(common: Common, logs: Sequence[Path], dry_run: bool) -> None:
    """Put people on the do-not-mail list whose address does not exist, as the relay's log tells it.

    Full mailboxes, refusals of the sender and of the message put nobody there, nor do addresses that no campaign of
    this project has written to.
    """
    found = bounces(chain.from_iterable(LogFile(path) for path in logs))
    ours = _ours(common, found)
    if dry_run:
        _list(common, ours)
        return
    source = ", ".join(map(str, logs))
    dead = [_entry(key, each, source) for key, each in ours.items() if each.category is BounceClass.ADDRESS]
    added = 0
    if dead:
        with closing(suppression_of(common, write=True)) as suppression:
            added = suppression.add(dead)
    _tell(common, ours, added=added, strangers=len(found.keys() - {key.casefold() for key in ours}))


def _ours(common: Common, found: Mapping[str, Bounce]) -> dict[str, Bounce]:
    """Return the bounces of those to whom a campaign has written, by address as it is compared."""
    ours: dict[str, Bounce] = {}
    if found:
        for address in _written_to(common):
            bounce = found.get(address.casefold())
            if bounce is not None:
                try:
                    ours[parse(address).key] = bounce
                except AddressError:  # somebody adopted, by a key that is no address
                    continue
    return ours


def _written_to(common: Common) -> Iterator[str]:
    """Yield the addresses of the ledgers of real runs."""
    for mailing in mailings(common, None, rehearsal=False):
        yield from (entry.address for entry in mailing.store.entries())


def _entry(key: str, bounce: Bounce, source: str) -> Suppressed:
    reason = f"{bounce.enhanced} {bounce.text}".strip()[:_LONGEST]
    return Suppressed(key, "bounce", reason, bounce.time, source)


def _list(common: Common, ours: Mapping[str, Bounce]) -> None:
    rows = (
        (key, each.category.value, each.enhanced, each.text[:_LONGEST], rfc3339(each.time))
        for key, each in ours.items()
    )
    if common.json is None:
        print_table(common.screen, _SHOWN, rows)
        return
    for row in rows:
        print_json(common.screen, dict(zip(_SHOWN, row, strict=True)), common.json, line=True)


def _tell(common: Common, ours: Mapping[str, Bounce], *, added: int, strangers: int) -> None:
    counts = Counter(each.category for each in ours.values())
    if common.json is not None:
        classes = {each.value: counts[each] for each in BounceClass}
        print_json(
            common.screen, {"format": 1, "added": added, "bounces": classes, "strangers": strangers}, common.json
        )
        return
    already = counts[BounceClass.ADDRESS] - added
    common.screen.out(f"{added:,} added to the do-not-mail list, {already:,} already on it")
    if left := _words(each for each in ours.values() if each.category is not BounceClass.ADDRESS):
        common.screen.out(f"not added: {left}")
    if strangers:
        common.screen.note(f"{strangers:,} more bounced to whom no campaign of this project has written")


def _words(bounced: Iterable[Bounce]) -> str:
    counts = Counter(each.category.value for each in bounced)
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common())

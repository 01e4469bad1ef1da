"""`mailgrid suppress`: the do-not-mail list of the project, for all its campaigns."""

import os
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TextIO

import click

from mailgrid.cli.arguments import address_key
from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.cli.table import print_table
from mailgrid.ledger.ledgers import DoNotMail
from mailgrid.ledger.suppression import CLASSES, Suppressed
from mailgrid.library.loading import ledger_folder
from mailgrid.library.suppression_file import COLUMNS, SuppressionFile, write_list
from mailgrid.project import find
from mailgrid.rfc3339 import rfc3339

__all__ = ["command", "suppression_of"]

_REASON = click.option("--reason", default="", metavar="TEXT", help="Why, in words.")
_CLASS = click.option("--class", "category", type=click.Choice(CLASSES), default="manual", help="Why, in one word.")
_WORDS = {
    "added": "added",
    "removed": "removed",
    "already": "already on the list",
    "unknown": "not on the list",
    "bad_address": "without an address",
}
_SHOWN = 3  # lines


@click.group("suppress")
@common_options
def command() -> None:
    """Keep the do-not-mail list: people whom no campaign of this project writes to.

    A run that is under way heeds it, too. `mailgrid why ADDRESS` says since when somebody is on it.
    """


@command.command("add")
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS...")
@_REASON
@_CLASS
@common_options
@click.pass_obj
def _add(common: Common, addresses: Sequence[str], reason: str, category: str) -> int:
    """Add people to the list."""
    now = time.time()
    entries = [Suppressed(address_key(text), category, reason, now, "mailgrid suppress add") for text in addresses]
    with closing(suppression_of(common, write=True)) as suppression:
        added = suppression.add(entries)
    return _tell(common, {"added": added, "already": len(entries) - added})


@command.command("remove")
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS...")
@common_options
@click.pass_obj
def _remove(common: Common, addresses: Sequence[str]) -> int:
    """Take people off the list: they are pending again wherever they were left out."""
    keys = dict.fromkeys(map(address_key, addresses))
    with closing(suppression_of(common, write=True)) as suppression:
        removed = suppression.remove(keys)
    return _tell(common, {"removed": removed, "unknown": len(keys) - removed})


@command.command("import")
@click.argument("file", type=click.File(encoding="utf-8-sig"), metavar="FILE")
@click.option("--column", default="", metavar="NAME", help="The column that holds the addresses.")
@_REASON
@_CLASS
@common_options
@click.pass_obj
def _import(common: Common, file: TextIO, column: str, reason: str, category: str) -> int:
    """Add the people of a FILE: CSV with a header, or an address a line; `-` is standard input."""
    people = SuppressionFile(file, file.name, Suppressed("", category, reason, time.time(), file.name), column)
    with closing(suppression_of(common, write=True)) as suppression:
        added = suppression.add(people)
    if people.bad:
        places = ", ".join(map(str, people.lines))
        common.screen.note(f"{file.name} holds no address in line {places}{' and others' * (people.bad > _SHOWN)}")
    return _tell(common, {"added": added, "already": people.count - added, "bad_address": people.bad})


@command.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-", metavar="[FILE]")
@common_options
@click.pass_obj
def _export(common: Common, file: TextIO) -> None:
    """Write the list as CSV to a FILE, or to standard output; `import` reads it."""
    with closing(suppression_of(common, write=False)) as suppression:
        count = write_list(suppression.entries(), file)
        hidden = suppression.count() - count
    if hidden:
        common.screen.note(f"{hidden:,} more were forgotten: nobody knows their addresses")


@command.command("list")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@common_options
@click.pass_obj
def _list(common: Common, addresses: Sequence[str]) -> None:
    """Show the list, or what it says of some people. With --json one object a person."""
    with closing(suppression_of(common, write=False)) as suppression:
        found = (
            suppression.find([address_key(text) for text in addresses]).values() if addresses else suppression.entries()
        )
        rows = (_row(entry) for entry in found)
        if common.json is not None:
            for row in rows:
                print_json(common.screen, row, common.json, line=True)
            return
        print_table(common.screen, COLUMNS, ([row[name] for name in COLUMNS] for row in rows))


def suppression_of(common: Common, *, write: bool) -> DoNotMail:
    """Open the list of the project that the current folder belongs to."""
    folder = ledger_folder(find(Path.cwd(), common.env), common.settings(), os.environ)
    return folder.suppression(write=write)


def _row(entry: Suppressed) -> dict[str, object]:
    values = (entry.address, entry.category, entry.reason, rfc3339(entry.since), entry.source)
    return dict(zip(COLUMNS, values, strict=True))


def _tell(common: Common, counts: dict[str, int]) -> int:
    """Print what was done. Lines without an address end the command with 1: somebody may be missing on the list."""
    if common.json is not None:
        print_json(common.screen, {"format": 1, **counts}, common.json)
    else:
        told = [f"{count:,} {_WORDS[name]}" for name, count in counts.items() if count or name in {"added", "removed"}]
        common.screen.out(", ".join(told))
    return int(bool(counts.get("bad_address")))

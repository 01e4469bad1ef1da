"""`mailgrid adopt`: people whom another program has sent a mailing already."""

import time
from pathlib import Path
from typing import TextIO

import click

from mailgrid.cli.arguments import campaign_argument, file_argument, only_campaign, warned
from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.library.adopting import adopt
from mailgrid.library.key_file import KeyFile
from mailgrid.planning.binding import bind

__all__ = ["command"]

_SHOWN = 3  # lines


@click.command("adopt")
@file_argument
@campaign_argument
@click.option(
    "--sent",
    type=click.File(encoding="utf-8-sig"),
    required=True,
    metavar="PATH",
    help="Who they are: CSV with a header; - is standard input.",
)
@click.option("--column", default="", metavar="NAME", help="The column that holds the keys.")
@common_options
@click.pass_obj
def command(common: Common, file: Path, campaign: str | None, sent: TextIO, column: str) -> int:
    """Record people who have this mailing from another program already, so that nobody gets it twice."""
    loaded = warned(common, file)
    plan = bind(only_campaign(loaded, campaign), loaded.world)
    plan.close()
    people = KeyFile(sent, sent.name, plan.key, column)
    found = adopt(loaded, plan, people, f"adopted from {sent.name}", time.time())
    if people.bad:
        places = ", ".join(map(str, people.lines))
        common.screen.note(f"{sent.name} holds nobody in line {places}{' and others' * (people.bad > _SHOWN)}")
    if common.json is not None:
        value = {"format": 1, "adopted": found.adopted, "already": found.already, "bad": people.bad}
        print_json(common.screen, value, common.json)
    else:
        common.screen.out(f"{found.adopted:,} adopted, {found.already:,} had it already")
    return int(bool(people.bad))

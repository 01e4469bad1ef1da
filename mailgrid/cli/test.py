"""`mailgrid test`: a few real messages to addresses of one's own."""

from pathlib import Path

import click

from mailgrid.cli.arguments import campaign_argument, file_argument
from mailgrid.cli.common import Common, common_options
from mailgrid.cli.diagnostics import counted
from mailgrid.cli.json_out import kept_for_json, print_json
from mailgrid.cli.table import print_table
from mailgrid.library.test_send import Tested, send_test

__all__ = ["command"]


@click.command("test")
@file_argument
@campaign_argument
@click.option("--to", multiple=True, metavar="ADDRESS", help="Send to this address, not to those of the file.")
@click.option("-n", "count", type=click.IntRange(1), default=3, show_default=True, help="Messages of so many people.")
@click.option("--yes", is_flag=True, help="Send more than 50 messages.")
@common_options
@click.pass_obj
def command(common: Common, file: Path, campaign: str | None, to: tuple[str, ...], count: int, yes: bool) -> int:
    """Send the messages of a few people to the addresses of `test`, through the campaign's transport.

    The people are the same each time, of each variant at least one. Subjects begin with [test], copies are not sent,
    and nothing is recorded: whoever the messages are for is written to later as if there had been no test.
    """
    with kept_for_json(common.json is not None):
        tested = send_test(file, campaign or "", to=to, count=count, confirmed=yes, settings=common.settings())
    code = 0 if all(each.is_sent for each in tested) else 1
    if common.json is not None:
        messages = [each.as_json() for each in tested]
        print_json(common.screen, {"format": 1, "messages": messages, "exit": code}, common.json)
        return code
    print_table(common.screen, ("to", "written for", "status", "subject"), map(_row, tested))
    common.screen.note(f"sent {counted(sum(each.is_sent for each in tested), 'test message')}; nothing was recorded")
    return code


def _row(tested: Tested) -> tuple[object, ...]:
    recipient, outcome = tested.person.recipient, tested.outcome
    status = outcome.status.value
    if not tested.is_sent:
        status = " ".join(filter(None, (status, str(outcome.reply.code or ""), outcome.reply.text)))
    variant = f" ({recipient.variant})" if recipient.variant else ""
    return outcome.message.rcpt_to, f"{recipient.address}{variant}", status, tested.subject

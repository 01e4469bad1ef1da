"""`mailgrid doctor`: would these messages arrive?"""

import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from itertools import islice
from pathlib import Path

import click

from mailgrid.cli.arguments import campaign_argument, file_argument, only_campaign, warned
from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.cli.screen import Screen, clean
from mailgrid.doctor.examination import Patient, examine
from mailgrid.doctor.finding import Finding, Level
from mailgrid.doctor.resolver import Dns
from mailgrid.errors import AddressError, MailgridError, UsageError
from mailgrid.hookspecs import Message
from mailgrid.language.campaign import Campaign
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.library.loading import Loaded
from mailgrid.library.prepared import Prepared
from mailgrid.library.preparing import prepare
from mailgrid.message.address import parse
from mailgrid.planning.signing import signatures

__all__ = ["command"]

_MESSAGES = 3
_TINTS = {Level.OK: "green", Level.NOTE: "blue", Level.WARNING: "yellow", Level.ERROR: "red"}


@click.command("doctor")
@file_argument
@campaign_argument
@click.option("--one-click", "key", metavar="KEY", help="Really unsubscribe this person, as a provider would.")
@common_options
@click.pass_obj
def command(common: Common, file: Path, campaign: str | None, key: str | None) -> int:
    """Find out whether a campaign would arrive: DNS, the relay, what is in the first messages; nothing is sent."""
    loaded = warned(common, file)
    chosen = only_campaign(loaded, campaign)
    resolver = Dns()
    with prepare(loaded, chosen, sending=False, settling=False) as prepared:
        patient = _patient(loaded, chosen, prepared, key)
        findings = examine(patient, resolver, time.time())
    if common.json is not None:
        value = {"format": 1, "campaign": chosen.name, "findings": [_as_json(each) for each in findings]}
        print_json(common.screen, value, common.json)
    else:
        for each in findings:
            _show(common.screen, each)
    return int(any(each.level is Level.ERROR for each in findings))


def _patient(loaded: Loaded, campaign: Campaign, prepared: Prepared, key: str | None) -> Patient:
    messages = list(islice(_messages(prepared), _MESSAGES))
    author, world = _author(campaign, messages), loaded.world
    return Patient(
        transport=prepared.plan.transport,
        author=author,
        envelope=messages[0].mail_from.rpartition("@")[2].lower() if messages else author,
        messages=messages,
        marketing=campaign.kind == "marketing",
        signatures=signatures(campaign, world.project.resolve, world.environment, Diagnostics()),
        click=None if key is None else _message_of(prepared, key),
    )


def _messages(prepared: Prepared) -> Iterator[Message]:
    """Yield the messages that can be rendered; the others are for `plan` to tell of."""
    for person in prepared.audience.everybody():
        try:
            yield prepared.plan.renderer(person.recipient)
        except MailgridError:
            continue


def _author(campaign: Campaign, messages: list[Message]) -> str:
    """Return the domain of From."""
    written = campaign.sender.value
    if messages:
        written = str(message_from_bytes(messages[0].content, policy=policy.default)["From"])
    try:
        return parse(written).wire.rpartition("@")[2].lower()
    except AddressError as error:
        hint = "it depends on the row: name a list with somebody to be written to"
        raise UsageError("nobody is to be written to, so the sender is not known", hint=hint) from error


def _message_of(prepared: Prepared, key: str) -> Message:
    wanted = key.strip().casefold()
    for person in prepared.audience.everybody():
        if wanted in {person.recipient.key.casefold(), person.recipient.address.casefold()}:
            return prepared.plan.renderer(person.recipient)
    raise UsageError(f"nobody who is to be written to has the key `{key}`", hint="see who there is: mailgrid rows")


def _as_json(finding: Finding) -> dict[str, str]:
    return {
        "check": finding.check,
        "level": finding.level.name.lower(),
        "what": finding.what,
        "why": finding.why,
        "mend": finding.mend,
        "link": finding.link,
    }


def _show(screen: Screen, finding: Finding) -> None:
    word = finding.level.name.lower()
    screen.out(f"{word:<8} {finding.check:<15} {clean(finding.what)}", fg=_TINTS[finding.level])
    for name, words in (("why", finding.why), ("mend", finding.mend), ("rule", finding.link)):
        if words:
            screen.out(f"         {name:<5} {clean(words)}")

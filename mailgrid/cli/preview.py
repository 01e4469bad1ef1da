"""`mailgrid preview`: one rendered message, each as a file, or all of them in a browser."""

import re
from collections.abc import Callable
from contextlib import closing
from email import message_from_bytes, policy
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path

import click

from mailgrid.cli.arguments import campaign_argument, file_argument, only_campaign, warned
from mailgrid.cli.common import Common, common_options
from mailgrid.cli.enclosed import enclosed, enclosed_line
from mailgrid.cli.json_out import print_json
from mailgrid.cli.screen import clean
from mailgrid.cli.serving import serve, web_port_option
from mailgrid.errors import UsageError, reason_of
from mailgrid.hookspecs import Message
from mailgrid.library.loading import Loaded
from mailgrid.library.prepared import Prepared
from mailgrid.library.preparing import prepare
from mailgrid.pipeline.audience import Person
from mailgrid.web.proofs import Proofs
from mailgrid.web.reading import Reader

__all__ = ["command"]

_UNSAFE = re.compile(r"[^A-Za-z0-9._@+-]")
_LONGEST = 100
_DIGITS = 8


@click.command("preview")
@file_argument
@campaign_argument
@click.option("--row", type=click.IntRange(1), help="The N-th person of those to be written to; 1 by default.")
@click.option("--key", help="The person with this key or address.")
@click.option("--variant", metavar="NAME", help="Somebody who gets this variant.")
@click.option("--eml", type=click.Path(path_type=Path), help="Write messages as .eml files into this folder.")
@click.option("-n", "limit", type=click.IntRange(1), help="With --eml: so many messages; all by default.")
@click.option("--open", "browse", is_flag=True, help="Serve all messages to a browser on this machine, until Ctrl-C.")
@web_port_option
@common_options
@click.pass_obj
def command(
    common: Common,
    file: Path,
    campaign: str | None,
    row: int | None,
    key: str | None,
    variant: str | None,
    eml: Path | None,
    limit: int | None,
    browse: bool,
    web_port: int,
) -> None:
    """Show one message as it would be sent: headers and text. --eml writes the exact bytes to files.

    --open shows all of them in a browser as their readers see them, anew whenever a file of the campaign is saved.
    """
    loaded = warned(common, file)
    if browse:
        _browse(common, loaded, campaign, web_port, partial(_first, row=row, key=key, variant=variant))
        return
    with prepare(loaded, only_campaign(loaded, campaign), sending=False, settling=False) as prepared:
        if eml is not None and row is None and key is None and variant is None:
            count = _write_all(prepared, eml, limit)
            common.screen.note(f"wrote {count:,} messages into {eml}")
            return
        person = _chosen(prepared, row or 1, key, variant)
        message = prepared.plan.renderer(person.recipient)
        if eml is not None:
            common.screen.note(f"wrote {_write(eml, message)}")
        else:
            _show(common, message)


def _browse(
    common: Common, loaded: Loaded, campaign: str | None, port: int, first: Callable[[Prepared, Proofs], str]
) -> None:
    """Serve the messages until Ctrl-C."""
    reader = Reader(loaded.file, common.settings(), campaign)
    reading = reader(loaded)
    with closing(Proofs(reading, reader.again)) as proofs:
        serve(common, proofs, port, message=first(reading.prepared, proofs))


def _first(prepared: Prepared, proofs: Proofs, row: int | None, key: str | None, variant: str | None) -> str:
    """Return the `id` of the message that is asked for; empty where none is. By a key everybody is found."""
    if key is not None and variant is None:
        found = proofs.named(key)
        if not found:
            raise _nobody(prepared, f"nobody who matches has the key `{key}`")
        return found
    asked = row is not None or variant is not None
    return str(_chosen(prepared, row or 1, key, variant).position) if asked else ""


def _chosen(prepared: Prepared, row: int, key: str | None, variant: str | None) -> Person:
    people = prepared.audience.everybody()
    if variant is not None:
        _check_variant(prepared, variant)
        people = (each for each in people if each.recipient.variant == variant)
    if key is None:
        found = next(islice(people, row - 1, None), None)
        count = prepared.tally.to_send if variant is None else prepared.tally.variants[variant]
        reason = f"there are {count:,} people to be written to"
    else:
        wanted = key.strip().casefold()
        found = next(
            (each for each in people if wanted in {each.recipient.key.casefold(), each.recipient.address.casefold()}),
            None,
        )
        reason = f"nobody who is to be written to has the key `{key}`"
    if found is None:
        raise _nobody(prepared, reason)
    return found


def _nobody(prepared: Prepared, reason: str) -> UsageError:
    return UsageError(reason, hint=f"see who there is: mailgrid rows {prepared.plan.file}")


def _check_variant(prepared: Prepared, name: str) -> None:
    split = prepared.plan.split
    names = [each.name for each in split.shares] if split else []
    if name not in names:
        known = f"it has: {', '.join(names)}" if names else "it has none"
        raise UsageError(f"`{prepared.plan.name}` has no variant `{name}`", hint=known)


def _write_all(prepared: Prepared, folder: Path, limit: int | None) -> int:
    people = islice(prepared.audience.everybody(), limit)
    return len([_write(folder, prepared.plan.renderer(person.recipient)) for person in people])


def _write(folder: Path, message: Message) -> Path:
    path = folder / f"{_stem(message.recipient.key)}.eml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(message.content)
    except OSError as error:
        hint = "give a folder that can be written to: --eml DIR"
        raise UsageError(f"a file in {folder} cannot be written: {reason_of(error)}", hint=hint) from error
    return path


def _stem(key: str) -> str:
    """Return a file's name for a key; where that is not the key itself, a digest keeps it apart from others like it."""
    safe = _UNSAFE.sub("_", key)[:_LONGEST]
    if safe == key == key.lower() and not key.startswith("."):
        return key
    return f"{safe}-{sha256(key.encode()).hexdigest()[:_DIGITS]}"


def _show(common: Common, message: Message) -> None:
    parsed = message_from_bytes(message.content, policy=policy.default)
    text = parsed.get_body(("plain",))
    body = str(text.get_content()) if text else ""
    if common.json is not None:
        html = parsed.get_body(("html",))
        value = {
            "format": 1,
            **({"variant": message.recipient.variant} if message.recipient.variant else {}),
            "envelope": {"from": message.mail_from, "to": message.rcpt_to, "copies": list(message.copies)},
            "headers": [[name, str(content)] for name, content in parsed.items()],
            "text": body,
            "html": str(html.get_content()) if html else None,
            "enclosed": enclosed(parsed),
        }
        print_json(common.screen, value, common.json)
        return
    if message.recipient.variant:
        common.screen.note(f"variant {message.recipient.variant}")
    for name, content in parsed.items():
        common.screen.out(f"{name}: {clean(content)}")
    common.screen.out()
    common.screen.out("\n".join(clean(line) for line in body.splitlines()))
    for number, told in enumerate(enclosed(parsed)):
        common.screen.out(enclosed_line(told) if number else f"\n{enclosed_line(told)}")

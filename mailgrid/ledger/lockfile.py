"""`mailgrid.lock`: which campaigns were applied, when, with which ledger. Committed; it holds no addresses.

    format = 1

    [[applied]]
    campaign = "welcome"
    edition = ""
    ledger = "7f3a91c2"
    date = 2026-04-03

A fresh clone, or a machine that runs tests, has this file but not the ledger: it never writes to everybody again.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import tomli_w

from mailgrid.errors import LedgerError, MailgridError, Refused, reason_of
from mailgrid.ledger.durable import replace_file
from mailgrid.value import value

__all__ = ["FILE", "Applied", "Locks", "check", "read", "record"]

#: Its name, in the project's root.
FILE = "mailgrid.lock"
_FORMAT = 1
_T = TypeVar("_T")
_PREFACE = "# Which campaigns were applied with which ledger. Written by Mailgrid; commit it.\n"


@value
class Applied:
    """A mailing that was applied first on `date`, recorded in `ledger` (its id)."""

    ledger: str
    date: date


#: (campaign, edition) → how it was applied.
Locks = Mapping[tuple[str, str], Applied]


def read(root: Path, environment: str = "") -> Locks:
    """Return what the lock of the project at `root` says; nothing where there is none. Each environment has its own.

    Raises:
        MailgridError: it cannot be read, or makes no sense: a merge gone wrong, a newer Mailgrid's.
    """
    file = _file(root, environment)
    try:
        document = tomllib.loads(file.read_text("utf-8"))
        if document.get("format", _FORMAT) != _FORMAT:
            raise MailgridError(f"{file.name} was written by a newer Mailgrid", hint="upgrade Mailgrid on this machine")
        return MappingProxyType({_mailing(entry): _applied(entry) for entry in document.get("applied", [])})
    except FileNotFoundError:
        return MappingProxyType({})
    except OSError as error:
        raise MailgridError(f"{file.name} cannot be read: {reason_of(error)}", hint="make it readable") from error
    except (ValueError, TypeError, AttributeError) as error:
        hint = "settle the merge, or take the file from version control: it says what was already sent"
        raise MailgridError(f"{file.name} makes no sense: {error}", hint=hint) from error


def check(root: Path, campaign: str, edition: str, ledger_id: str | None, environment: str = "") -> None:
    """Make sure that the ledger at hand is the one that knows who already got this mailing.

    `ledger_id` is None, or empty, where there is no ledger yet.

    Raises:
        Refused: MG609, it was applied with another ledger.
    """
    applied = read(root, environment).get((campaign, edition))
    if applied is None or applied.ledger == ledger_id:
        return
    name = f"{campaign} {edition}".rstrip()
    day = f"{applied.date.day} {applied.date:%b %Y}"
    raise Refused(
        f"`{name}` was applied on {day} with ledger {applied.ledger}, which is not on this machine",
        hint="give it with `--ledger`, or `--new-ledger` to start over",
        code="MG609",
    )


def record(root: Path, campaign: str, edition: str, ledger_id: str, day: date, environment: str = "") -> None:
    """Write down that a mailing is applied with this ledger from `day` on; nothing changes if it says so already.

    Raises:
        LedgerError: the file cannot be written, so nothing may be sent.
    """
    locks = dict(read(root, environment))
    known = locks.get((campaign, edition))
    if known is not None and known.ledger == ledger_id:
        return
    locks[campaign, edition] = Applied(ledger_id, day)
    try:
        replace_file(_file(root, environment), _text(locks).encode())
    except OSError as error:
        hint = "make the project's root writable: without this file another clone would write to everybody again"
        raise LedgerError(
            f"{_file(root, environment).name} cannot be written: {reason_of(error)}", hint=hint
        ) from error


def _file(root: Path, environment: str) -> Path:
    return root / (FILE.replace(".", f".{environment}.") if environment else FILE)


def _text(locks: Locks) -> str:
    """Write it in an order of its own, so that two branches rarely touch the same lines."""
    entries = [
        {"campaign": campaign, "edition": edition, "ledger": applied.ledger, "date": applied.date}
        for (campaign, edition), applied in sorted(locks.items(), key=lambda item: item[0])
    ]
    body = tomli_w.dumps({"format": _FORMAT}) + "".join("\n[[applied]]\n" + tomli_w.dumps(entry) for entry in entries)
    return f"{_PREFACE}{body}"


def _mailing(entry: Mapping[str, Any]) -> tuple[str, str]:
    return _of_type(entry, "campaign", str), _of_type(entry, "edition", str)


def _applied(entry: Mapping[str, Any]) -> Applied:
    return Applied(_of_type(entry, "ledger", str), _of_type(entry, "date", date))


def _of_type(entry: Mapping[str, Any], name: str, wanted: type[_T]) -> _T:
    value = entry.get(name)
    if not isinstance(value, wanted):
        kind = "text" if wanted is str else wanted.__name__
        raise TypeError(f"`{name}` of an entry is no {kind}")
    return value

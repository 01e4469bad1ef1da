"""A saved plan on disk: `welcome.plan`, TOML that people review, and beside it `welcome.plan.keys`, who is in it.

The keys are hashes of eight bytes, sorted, one campaign's after the other's in the order of the plan.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any, TypeVar

import tomli_w

from mailgrid.errors import MailgridError, reason_of
from mailgrid.ledger.durable import replace_file
from mailgrid.planning.allowlist import HASH_BYTES, AllowList
from mailgrid.planning.saved_plan import COUNTS, FORMAT, SavedCampaign, SavedPlan

__all__ = ["SUFFIX", "keys_file", "read", "write"]

#: By this ending a saved plan is told from a campaign file.
SUFFIX = ".plan"
_PREFACE = "# A plan that `mailgrid show` prints and `mailgrid apply` carries out, once. Do not change it by hand.\n"
_T = TypeVar("_T")


def keys_file(path: Path) -> Path:
    """Return where the keys of a plan are."""
    return path.with_name(f"{path.name}.keys")


def write(path: Path, plan: SavedPlan) -> None:
    """Write a plan and its keys, each whole or not at all.

    Raises:
        MailgridError: MG622, they cannot be written.
    """
    try:
        file = os.path.relpath(plan.file.resolve(), path.resolve().parent)
        document = {"id": plan.id, "file": Path(file).as_posix(), **plan.document()}
        replace_file(keys_file(path), b"".join(each.people.to_bytes() for each in plan.campaigns))
        replace_file(path, f"{_PREFACE}{tomli_w.dumps(document)}".encode())
    except OSError as error:
        hint = "give a folder that can be written to"
        raise MailgridError(f"{path} cannot be written: {reason_of(error)}", hint=hint, code="MG622") from error


def read(path: Path) -> SavedPlan:
    """Read a plan and its keys.

    Raises:
        MailgridError: MG622, one of the two cannot be read, makes no sense, or was changed by hand.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
        if document.get("format", FORMAT) != FORMAT:
            raise MailgridError(f"{path} was written by another version of Mailgrid", hint=_AGAIN, code="MG622")
        plan = _plan(document, path)
        known = _of(document, "id", str)
    except OSError as error:
        raise MailgridError(f"{path} cannot be read: {reason_of(error)}", hint=_MAKE, code="MG622") from error
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise MailgridError(f"{path} makes no sense: {error}", hint=_AGAIN, code="MG622") from error
    if plan.id != known:
        raise MailgridError(f"{path} was changed after it was made", hint=_AGAIN, code="MG622")
    return plan


_MAKE = "make one: mailgrid plan FILE.mailgrid -o FILE.plan"
_AGAIN = "take it from version control, or make a new one: mailgrid plan FILE.mailgrid -o FILE.plan"


def _plan(document: Mapping[str, Any], path: Path) -> SavedPlan:
    salt, digest = bytes.fromhex(_of(document, "salt", str)), _of(document, "keys", str)
    tables = _of(document, "campaigns", list)
    counts = [_counts(table) for table in tables]
    people = _people(path, salt, [each["to_send"] for each in counts], digest)
    now = _of(document, "now", datetime)
    return SavedPlan(
        file=path.resolve().parent / _of(document, "file", str),
        version=_of(document, "mailgrid", str),
        now=now if now.tzinfo else now.replace(tzinfo=UTC),
        salt=salt,
        digest=digest,
        files=_texts(document, "files"),
        campaigns=tuple(
            _campaign(table, count, each) for table, count, each in zip(tables, counts, people, strict=True)
        ),
        variables=_texts(document, "variables"),
        plugins=tuple(map(str, _of(document, "plugins", list))),
        take=_of(document, "take", int) if "take" in document else None,
        env=_of(document, "env", str) if "env" in document else "",
    )


def _campaign(table: Mapping[str, Any], counts: Mapping[str, int], people: AllowList) -> SavedCampaign:
    return SavedCampaign(
        name=_of(table, "name", str),
        edition=_of(table, "edition", str),
        key=_of(table, "key", str),
        source=_of(table, "source", str),
        transport=_of(table, "transport", str),
        rehearsal=_of(table, "rehearsal", bool),
        counts=counts,
        people=people,
    )


def _people(path: Path, salt: bytes, counts: list[int], digest: str) -> list[AllowList]:
    """Read who is in each campaign, so many of each."""
    file = keys_file(path)
    try:
        with file.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size == sum(counts) * HASH_BYTES and file_digest(stream, "sha256").hexdigest() == digest:
                stream.seek(0)
                return [AllowList.from_file(salt, stream, count) for count in counts]
    except OSError as error:
        message = f"{file} cannot be read: {reason_of(error)}"
        raise MailgridError(message, hint=f"it belongs beside {path.name}: {_AGAIN}", code="MG622") from error
    raise MailgridError(f"{file} does not belong to {path.name}", hint=_AGAIN, code="MG622")


def _counts(table: Mapping[str, Any]) -> dict[str, int]:
    counts = _of(table, "counts", dict)
    found = {name: _of(counts, name, int) for name in COUNTS}
    if min(found.values()) < 0:
        raise ValueError("a count is below 0")
    return found


def _texts(table: Mapping[str, Any], name: str) -> dict[str, str]:
    found = _of(table, name, dict)
    return {each: _of(found, each, str) for each in found}


def _of(table: Mapping[str, Any], name: str, wanted: type[_T]) -> _T:
    value = table.get(name) if isinstance(table, dict) else None
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise TypeError(f"`{name}` is missing or no {wanted.__name__}")
    return value

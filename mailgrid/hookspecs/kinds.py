"""Kinds: what a plugin registers, to be opened by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mailgrid.hookspecs.options import Context, Location, Option

__all__ = ["FunctionKind", "ObserverKind", "Opener", "SourceKind", "TransportKind"]

Opener = Callable[[str | None, Mapping[str, Any], Context], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """A kind of source: `source NAME "location" { options }`.

    `open(location, options, context)` returns a Source; given as `"module:function"` it is imported when first used.
    It gets all options, those that were not written with their defaults. One with `trust` reaches outside whatever its
    options say: a campaign file may use it only where `mailgrid.toml` or `--trust` names it.
    """

    name: str
    open: str | Opener
    help: str
    options: tuple[Option, ...] = ()
    location: Location = Location.TEXT
    location_required: bool = True
    trust: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportKind:
    """A kind of transport: `transport NAME "location" { options }`; `open` returns a Transport.

    `reaches_people` is false where nothing leaves this machine: such runs are rehearsals and need no confirmation.
    `trust` is as of a SourceKind. One that `yields` leaves its name to files that declare a transport of that name.
    """

    name: str
    open: str | Opener
    help: str
    options: tuple[Option, ...] = ()
    location: Location = Location.NONE
    location_required: bool = False
    reaches_people: bool = True
    yields: bool = False
    trust: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionKind:
    """A function for `where` and for templates: `name` needs a prefix of its own, like `acme_score`.

    `call` gets texts, cells as they stand, and returns a text, a decimal.Decimal, a bool, a date, or None: unknown. It
    is called for each row, so it must be pure and quick. `result` says which of them, with the words of a Column's
    `type`, so that a comparison with another is a mistake that `check` finds; None where that differs.
    """

    name: str
    call: str | Callable[..., object]
    help: str
    arguments: int = 1
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserverKind:
    """A kind of observer: `observe NAME "location" { options }`; `open` returns an Observer, and touches nothing yet.

    `trust` is as of a SourceKind.
    """

    name: str
    open: str | Opener
    help: str
    options: tuple[Option, ...] = ()
    location: Location = Location.NONE
    location_required: bool = False
    trust: bool = False

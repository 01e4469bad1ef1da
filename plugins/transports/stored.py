"""Stored: what `eml`, `maildir` and `mbox` have in common: messages end on a disk of this machine, and reach nobody."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mailgrid.hookspecs import Context, Location, Message, Outcome, Reply, Scope, Status, Transport, TransportKind

__all__ = ["stored_kind", "unsent"]


def stored_kind(
    name: str, transport: Callable[[Path, str], Transport], summary: str, location: Location = Location.FOLDER
) -> TransportKind:
    """Return a kind of transport whose location is all that there is to say of it.

    Args:
        name: what campaigns call it.
        transport: makes one, of its place and of what the user called that; nothing is written yet.
        summary: what it is, in a line.
        location: whether its place is a folder or a file.
    """

    def open_stored(place: str | None, options: Mapping[str, Any], context: Context) -> Transport:
        del options  # there are none
        assert place is not None
        return transport(context.resolve(place), place)

    return TransportKind(
        name=name, open=open_stored, help=summary, location=location, location_required=True, reaches_people=False
    )


def unsent(message: Message, error: OSError) -> Outcome:
    """Return the outcome of a message that could not be written."""
    return Outcome(message=message, status=Status.UNSENT, reply=Reply(text=str(error)), scope=Scope.ROUTE)

"""The observer `webhook`: tells a server of ours when a campaign begins, what becomes of its messages, how it ends."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from mailgrid.hookspecs import Context, Location, Observer, ObserverKind, Option, OptionType, hookimpl

from .lines import ADDRESSES

__all__ = ["register_observers"]


def _open(location: str | None, options: Mapping[str, Any], context: Context) -> Observer:
    from .webhook_observer import Webhook

    return Webhook(str(location), options, context)


@hookimpl
def register_observers(register: Callable[[ObserverKind], None]) -> None:
    """Register `webhook`."""
    register(
        ObserverKind(
            name="webhook",
            open=_open,
            help="posts what becomes of messages to a server, signed; it has to be trusted: --trust webhook",
            location=Location.TEXT,
            location_required=True,
            trust=True,
            options=(
                Option(name="secret", type=OptionType.SECRET, required=True, help="what deliveries are signed with"),
                ADDRESSES,
                Option(
                    name="wait",
                    type=OptionType.DURATION,
                    default=timedelta(seconds=30),
                    help="how long the end of a run waits until all is delivered",
                ),
                Option(
                    name="timeout",
                    type=OptionType.DURATION,
                    default=timedelta(seconds=10),
                    help="how long each step of a delivery may take",
                ),
                Option(name="ca", type=OptionType.PATH, help="certificates to trust instead of the system's (PEM)"),
            ),
        )
    )

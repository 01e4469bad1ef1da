"""The transport `command`: each message is handed to a program that takes it as sendmail does."""

from collections.abc import Callable
from datetime import timedelta

from mailgrid.hookspecs import Location, Option, OptionType, TransportKind, hookimpl

__all__ = ["register_transports"]

_OPTIONS = (
    Option(
        name="timeout",
        type=OptionType.DURATION,
        default=timedelta(minutes=5),
        help="how long the program may take for a message; then it is killed, and the message in doubt",
    ),
)


@hookimpl
def register_transports(register: Callable[[TransportKind], None]) -> None:
    """Register `command`."""
    register(
        TransportKind(
            name="command",
            open="mailgrid_plugins.transports.program:open_command",
            help="a program like sendmail; it has to be trusted: --trust command",
            options=_OPTIONS,
            location=Location.TEXT,
            location_required=True,
            trust=True,
        ),
    )

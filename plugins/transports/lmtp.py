"""The transport `lmtp`: hand messages to a server that delivers them at once, by the local mail protocol (RFC 2033)."""

from collections.abc import Callable
from datetime import timedelta

from mailgrid.hookspecs import Location, Option, OptionType, TransportKind, hookimpl

__all__ = ["register_transports"]


def _limit(name: str, default: timedelta, text: str) -> Option:
    return Option(name=name, type=OptionType.DURATION, default=default, help=f"how long {text}")


_OPTIONS = (
    Option(name="replies", type=OptionType.PATH, help="rules of your own for what refusals mean (TOML)"),
    Option(name="helo", type=OptionType.TEXT, default="", help="the name we say in LHLO; none: this machine's"),
    Option(
        name="reuse",
        type=OptionType.INTEGER,
        unit="messages",
        help="close the connection after so many and open a new one; where it is not written: as long as it works",
    ),
    _limit("timeout", timedelta(seconds=30), "connecting may take"),
    _limit("command_timeout", timedelta(minutes=5), "the server may take to greet, and to answer a command"),
    _limit("reply_timeout", timedelta(minutes=10), "the server may take to deliver a message"),
)


@hookimpl
def register_transports(register: Callable[[TransportKind], None]) -> None:
    """Register `lmtp`."""
    register(
        TransportKind(
            name="lmtp",
            open="mailgrid_plugins.transports.smtp.lmtp:open_lmtp",
            help='a server that puts mail into mailboxes, by a socket of this machine or by `"host:port"`',
            options=_OPTIONS,
            location=Location.TEXT,
            location_required=True,
        ),
    )

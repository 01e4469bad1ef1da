"""The transport `ses`: Amazon's Simple Email Service by its API (version 2), each message as its exact bytes."""

from collections.abc import Callable
from datetime import timedelta

from mailgrid.hookspecs import Option, OptionType, TransportKind, hookimpl

__all__ = ["register_transports"]

_OPTIONS = (
    Option(name="region", type=OptionType.TEXT, help="like eu-west-1; none: as the AWS tools have it"),
    Option(name="profile", type=OptionType.TEXT, help="a profile of the AWS tools' own settings"),
    Option(
        name="access_key",
        type=OptionType.SECRET,
        help="the key's id; none: as the AWS tools have it",
    ),
    Option(name="secret_key", type=OptionType.SECRET, help="the key itself"),
    Option(name="session_token", type=OptionType.SECRET, help="what a temporary key has besides"),
    Option(name="configuration_set", type=OptionType.TEXT, help="the set of SES that the messages belong to"),
    Option(name="endpoint", type=OptionType.TEXT, help="another server that speaks this API; https:// but for tests"),
    Option(
        name="timeout", type=OptionType.DURATION, default=timedelta(seconds=60), help="how long connecting may take"
    ),
    Option(
        name="reply_timeout",
        type=OptionType.DURATION,
        default=timedelta(seconds=60),
        help="how long the answer may take; after that the message is in doubt",
    ),
)


@hookimpl
def register_transports(register: Callable[[TransportKind], None]) -> None:
    """Register `ses`."""
    register(
        TransportKind(
            name="ses",
            open="mailgrid_plugins.transports.ses.transport:open_ses",
            help="Amazon SES by its API",
            options=_OPTIONS,
            yields=True,  # many a file calls the way to it by SMTP so
        ),
    )

"""The transport `smtp`: hand messages to a mail server (RFC 5321), one persistent connection a worker."""

from collections.abc import Callable
from datetime import timedelta

from mailgrid.hookspecs import Option, OptionType, TransportKind, hookimpl

__all__ = ["register_transports"]


def _limit(name: str, default: timedelta, text: str) -> Option:
    return Option(name=name, type=OptionType.DURATION, default=default, help=f"how long {text}")


_OPTIONS = (
    Option(
        name="preset",
        type=OptionType.TEXT,
        clause=True,
        help="a mail service, for what is not written: ses-REGION (like ses-eu-west-1), sendgrid, mailgun, mailgun-eu, "
        "postmark, resend, brevo, gmail, microsoft365",
    ),
    Option(
        name="host", type=OptionType.TEXT, help="the server's name or address; this machine, where it is not written"
    ),
    Option(
        name="port",
        type=OptionType.INTEGER,
        help="25 on this machine, 465 with `tls implicit`, otherwise 587, where it is not written",
    ),
    Option(
        name="tls",
        type=OptionType.WORD,
        choices=("starttls", "implicit", "opportunistic", "off"),
        help="implicit on port 465, off on this machine, otherwise starttls, where it is not written",
    ),
    Option(name="user", type=OptionType.TEXT, help="the login's name; none: no login"),
    Option(name="password", type=OptionType.SECRET, help="the login's password"),
    Option(name="token", type=OptionType.SECRET, help="an OAuth 2.0 access token, instead of a password"),
    Option(
        name="token_command",
        type=OptionType.TEXT,
        trust=True,
        help="a program that prints such a token, run without a shell; it has to be trusted: --trust token_command",
    ),
    Option(
        name="auth",
        type=OptionType.WORD,
        default="auto",
        choices=("auto", "scram", "oauthbearer", "xoauth2", "plain", "login"),
        help="how to log in; auto: the strongest way that the server offers",
    ),
    Option(name="ca", type=OptionType.PATH, help="certificates to trust instead of the system's (PEM)"),
    Option(name="cert", type=OptionType.PATH, help="our certificate, where the server asks for one (PEM)"),
    Option(name="cert_key", type=OptionType.PATH, help="the key of `cert`, where it is a file of its own (PEM)"),
    Option(name="replies", type=OptionType.PATH, help="rules of your own for what refusals mean (TOML)"),
    Option(name="helo", type=OptionType.TEXT, default="", help="the name we say in EHLO; none: this machine's"),
    Option(
        name="reuse",
        type=OptionType.INTEGER,
        unit="messages",
        help="close the connection after so many and open a new one; where it is not written: as long as it works",
    ),
    Option(
        name="pipeline",
        type=OptionType.INTEGER,
        default="auto",
        choices=("auto", "off"),
        help="how many messages may be on the way at once, where the server can do that; auto: up to 32",
    ),
    _limit("timeout", timedelta(seconds=30), "connecting may take"),
    # RFC 5321, 4.5.3.2: what a server may take is long, and a shorter limit makes duplicates elsewhere.
    _limit("greeting_timeout", timedelta(minutes=5), "the server may take to greet"),
    _limit("command_timeout", timedelta(minutes=5), "the server may take to answer a command"),
    _limit("data_timeout", timedelta(minutes=2), "the server may take to ask for the content"),
    _limit("block_timeout", timedelta(minutes=3), "a block of content may take to leave"),
    _limit("reply_timeout", timedelta(minutes=10), "the server may take to answer the end of the content"),
)


@hookimpl
def register_transports(register: Callable[[TransportKind], None]) -> None:
    """Register `smtp`."""
    register(
        TransportKind(
            name="smtp",
            open="mailgrid_plugins.transports.smtp.transport:open_smtp",
            help="a mail server",
            options=_OPTIONS,
        ),
    )

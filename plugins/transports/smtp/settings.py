"""What the options of `smtp` mean together: defaults that depend on each other, time limits, certificates."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Secret

__all__ = ["Limits", "Settings", "settings_from"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long each phase may take, in seconds (RFC 5321, 4.5.3.2)."""

    connect: float = 30
    greeting: float = 300
    command: float = 300
    data: float = 120
    block: float = 180
    final: float = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A server, and how to talk to it.

    `tls` is `starttls`, `implicit`, `opportunistic` or `off`; `context` holds the certificates, None where `tls` is
    `off`; `reuse` is after how many messages a connection is closed, 0 for never.
    """

    host: str
    port: int
    tls: str
    context: ssl.SSLContext | None = None
    user: str = ""
    password: Secret | None = None
    helo: str = ""
    reuse: int = 0
    limits: Limits = Limits()

    @property
    def address(self) -> str:
        """The server as people write it, like `mail.example.org:587`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def settings_from(options: Mapping[str, Any]) -> Settings:
    """Make settings of the options that `smtp` registers.

    Raises:
        TransportError: options contradict each other, or a certificate cannot be read.
    """
    host = options["host"].strip("[]")
    tls = options["tls"] or _usual_tls(host, options["port"])
    settings = Settings(
        host=host,
        port=options["port"] or _usual_port(host, tls),
        tls=tls,
        context=None if tls == "off" else _certificates(tls, options["ca"], options["cert"], options["key"]),
        user=options["user"] or "",
        password=options["password"],
        helo=options["helo"],
        reuse=options["reuse"],
        limits=_limits(options),
    )
    _check(settings)
    return settings


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def _usual_tls(host: str, port: int | None) -> str:
    if port == 465:  # noqa: PLR2004 - the port's number is its name
        return "implicit"
    return "off" if _is_loopback(host) else "starttls"


def _usual_port(host: str, tls: str) -> int:
    if tls == "implicit":
        return 465
    return 25 if _is_loopback(host) else 587


def _limits(options: Mapping[str, Any]) -> Limits:
    return Limits(
        connect=options["timeout"].total_seconds(),
        greeting=options["greeting_timeout"].total_seconds(),
        command=options["command_timeout"].total_seconds(),
        data=options["data_timeout"].total_seconds(),
        block=options["block_timeout"].total_seconds(),
        final=options["reply_timeout"].total_seconds(),
    )


def _check(settings: Settings) -> None:
    if bool(settings.user) != bool(settings.password):
        missing = "password" if settings.user else "user"
        raise TransportError(f"the login has no `{missing}`", hint="a login takes `user` and `password`")
    # Whoever answers an opportunistic connection is not known, so a password would go to anybody.
    if settings.user and settings.tls == "opportunistic" and not _is_loopback(settings.host):
        hint = "write `tls starttls` or `tls implicit`, which check who the server is"
        raise TransportError("`tls opportunistic` may not carry a password", hint=hint)


def _certificates(tls: str, ca: Path | None, cert: Path | None, key: Path | None) -> ssl.SSLContext:
    """Load certificates; names are checked and TLS is 1.2 or newer, which are the defaults of `ssl`."""
    try:
        context = ssl.create_default_context(cafile=ca)
        if cert:
            # A key with a passphrase would ask on the terminal; an empty one makes it an error.
            context.load_cert_chain(cert, key, password="")
    except (OSError, ValueError) as error:
        reason = (isinstance(error, ssl.SSLError) and error.reason) or getattr(error, "strerror", "") or "unreadable"
        raise TransportError(f"a certificate cannot be read: {reason}", hint="see `ca`, `cert`, `key`") from None
    if tls == "opportunistic":  # better than nothing against who only listens (RFC 7435)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context

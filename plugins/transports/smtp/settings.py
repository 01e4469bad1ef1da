"""What the options of `smtp` mean together: defaults that depend on each other, time limits, certificates."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailgrid.errors import TransportError

from .access_token import AccessToken
from .credentials import Credentials
from .loopback import is_loopback
from .presets import with_preset
from .reply_rules import ReplyRules

__all__ = ["Limits", "Settings", "settings_from"]

#: What `pipeline auto` means: more are hardly faster, and all that are on the way may be in doubt.
_MANY = 32

_LOGIN = "a login takes `user`, and one of `password`, `token` and `token_command`"
#: The words of `auth` that show a token.
_BEARER = {"xoauth2", "oauthbearer"}


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
    `off`; `credentials` are None where there is no login; `reuse` is after how many messages a connection is closed, 0
    for never; `pipeline` is how many messages may be on the way at once, 0 for lockstep; `replies` tells what refusals
    mean. `socket` is the path of a socket of this machine, which is taken instead of host and port; `hello` is the
    command that begins, `ehlo` or `lhlo`.
    """

    host: str
    port: int
    tls: str
    socket: str = ""
    hello: str = "ehlo"
    context: ssl.SSLContext | None = None
    credentials: Credentials | None = None
    helo: str = ""
    reuse: int = 0
    pipeline: int = _MANY
    limits: Limits = Limits()
    replies: ReplyRules = field(default_factory=ReplyRules)

    @property
    def address(self) -> str:
        """The server as people write it, like `mail.example.org:587`."""
        if self.socket:
            return self.socket
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def settings_from(options: Mapping[str, Any], folder: Path | None = None) -> Settings:
    """Make settings of the options that `smtp` registers; `folder` is where `token_command` runs.

    Raises:
        TransportError: there is no such preset, options contradict each other, or a certificate cannot be read.
    """
    options = with_preset(options)
    host = (options["host"] or "localhost").strip("[]")
    tls = options["tls"] or _usual_tls(host, options["port"])
    credentials = _credentials(options, folder)
    if credentials and credentials.auth != "scram":
        _check_privacy(host, tls, written=bool(options["tls"]))
    return Settings(
        host=host,
        port=options["port"] or _usual_port(host, tls),
        tls=tls,
        context=None if tls == "off" else _certificates(tls, options["ca"], options["cert"], options["cert_key"]),
        credentials=credentials,
        helo=options["helo"],
        reuse=options["reuse"] or 0,
        pipeline=_pipeline(options["pipeline"]),
        limits=_limits(options),
        replies=ReplyRules(options["replies"]),
    )


def _usual_tls(host: str, port: int | None) -> str:
    if port == 465:  # noqa: PLR2004 - the port's number is its name
        return "implicit"
    return "off" if is_loopback(host) else "starttls"


def _usual_port(host: str, tls: str) -> int:
    if tls == "implicit":
        return 465
    return 25 if is_loopback(host) else 587


def _pipeline(option: str | int) -> int:
    """Read how many messages may be on the way at once, 0 for lockstep."""
    if option == "auto":
        return _MANY
    return 0 if option == "off" else max(0, int(option))


def _limits(options: Mapping[str, Any]) -> Limits:
    return Limits(
        connect=options["timeout"].total_seconds(),
        greeting=options["greeting_timeout"].total_seconds(),
        command=options["command_timeout"].total_seconds(),
        data=options["data_timeout"].total_seconds(),
        block=options["block_timeout"].total_seconds(),
        final=options["reply_timeout"].total_seconds(),
    )


def _credentials(options: Mapping[str, Any], folder: Path | None) -> Credentials | None:
    """Read who we are; None where no login is wanted."""
    user, auth = options["user"] or "", options["auth"] or "auto"
    given = [name for name in ("password", "token", "token_command") if options[name]]
    if not user and not given:
        return None
    if not user or not given:
        missing = f"`user` for its `{given[0]}`" if given else "`password`"
        raise TransportError(f"the login has no {missing}", hint=_LOGIN)
    if len(given) > 1:
        raise TransportError(f"the login has `{given[0]}` and `{given[1]}`", hint=_LOGIN)
    if auth != "auto" and (auth in _BEARER) == (given[0] == "password"):
        raise TransportError(f"`auth {auth}` does not go with `{given[0]}`", hint=_LOGIN)
    if given[0] == "password":
        return Credentials(user=user, password=options["password"], auth=auth)
    return Credentials(
        user=user, token=AccessToken(options["token"], options["token_command"] or "", folder), auth=auth
    )


def _check_privacy(host: str, tls: str, *, written: bool) -> None:
    """Refuse a login that others could read, unless it is said in so many words; SCRAM shows nothing to read."""
    if tls == "opportunistic":  # whoever answers it is not known, so a password would go to anybody
        hint = "write `tls starttls` or `tls implicit`, which check who the server is"
        raise TransportError("`tls opportunistic` may not carry a password or a token", hint=hint)
    if tls == "off" and not written:
        hint = "write `tls starttls`, or `tls off` where nobody can listen, or `auth scram`"
        raise TransportError(f"the login would go to `{host}` in the clear", hint=hint)


def _certificates(tls: str, ca: Path | None, cert: Path | None, key: Path | None) -> ssl.SSLContext:
    """Load certificates; names are checked, and TLS is 1.2 or newer."""
    try:
        context = ssl.create_default_context(cafile=ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if cert:
            # A key with a passphrase would ask on the terminal; an empty one makes it an error.
            context.load_cert_chain(cert, key, password="")
    except (OSError, ValueError) as error:
        reason = (isinstance(error, ssl.SSLError) and error.reason) or getattr(error, "strerror", "") or "unreadable"
        raise TransportError(f"a certificate cannot be read: {reason}", hint="see `ca`, `cert`, `cert_key`") from None
    if tls == "opportunistic":  # better than nothing against who only listens (RFC 7435)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context

"""From nothing to an open line: connect, greeting, EHLO, TLS, login. What smtplib is used for, and all of it."""

import re
import smtplib
import socket
import ssl
from functools import cache

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Reply, Scope

from .access_token import NoToken
from .auth import Auth, NoLogin
from .connect import NoAnswer, connect, connect_here
from .connection import Connection
from .replies import EXPECTED, Code, Step
from .reply_reader import Lost, ReplyReader
from .scram import Distrusted
from .settings import Settings
from .time_limit import TimeLimit

__all__ = ["Handshake", "NotOpened"]

_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")


class NotOpened(TransportError):
    """No line could be opened.

    Args:
        message: at which step, and why; without secrets and addresses.
        hint: what to do.
        scope: `route` when the same may work later, `sender` when it needs another setting.
        reply: what the server said; the message, when it said nothing.
    """

    def __init__(self, message: str, *, hint: str, scope: Scope, reply: Reply | None = None) -> None:
        super().__init__(message, hint=hint)
        self.scope = scope
        self.reply = reply or Reply(text=message)


class Handshake:
    """Opens lines to one server.

    Args:
        settings: the server, and how to talk to it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._auth = Auth(settings.credentials) if settings.credentials else None

    def __call__(self) -> Connection:
        """Open a line.

        Raises:
            NotOpened: at some step it did not work.
        """
        greeter = _Greeter(self._connect(), self._settings)
        try:
            greeter = self._secured(self._greeted(greeter))
            if self._auth:
                greeter.step = Step.AUTH
                self._log_in(greeter, self._auth)
        except (Lost, smtplib.SMTPException) as error:
            greeter.close()
            raise self._not_opened(_reason(error), hint=self._silence_hint()) from None
        except NotOpened:
            greeter.close()
            raise
        return Connection(greeter.line, greeter.reader, greeter.esmtp_features, self._settings.replies)

    def _connect(self) -> socket.socket:
        settings = self._settings
        try:
            if settings.socket:
                return connect_here(settings.socket, settings.limits.connect)
            return connect(settings.host, settings.port, settings.limits.connect)
        except NoAnswer as error:
            hint = "is a server there? check `host` and `port`"
            raise self._not_opened(f"cannot connect: {error}", hint=hint) from None

    def _greeted(self, greeter: "_Greeter") -> "_Greeter":
        """Get to the end of EHLO, through TLS where that comes first."""
        if self._settings.tls == "implicit":
            greeter = self._encrypted(greeter)
        greeter.limit = self._settings.limits.greeting
        greeter.getreply()
        self._expect(Step.GREETING, greeter.reply, "the server does not want us")
        greeter.limit = self._settings.limits.command
        self._say_hello(greeter)
        return greeter

    def _secured(self, greeter: "_Greeter") -> "_Greeter":
        """Begin TLS where it is wanted after EHLO (RFC 3207); what was learnt before it is forgotten."""
        tls = self._settings.tls
        if tls not in {"starttls", "opportunistic"}:
            return greeter
        if "starttls" not in greeter.esmtp_features:
            if tls == "opportunistic":
                return greeter
            hint = "try `tls implicit` with port 465; `tls off` only where nobody can listen"
            raise self._not_opened("the server offers no STARTTLS", hint=hint, scope=Scope.SENDER)
        greeter.step = Step.STARTTLS
        greeter.docmd("STARTTLS")
        self._expect(Step.STARTTLS, greeter.reply, "STARTTLS was refused")
        greeter = self._encrypted(greeter)
        self._say_hello(greeter)
        return greeter

    def _encrypted(self, greeter: "_Greeter") -> "_Greeter":
        assert self._settings.context is not None
        greeter.line.settimeout(self._settings.limits.greeting)
        try:
            line = self._settings.context.wrap_socket(greeter.line, server_hostname=self._settings.host)
        except ssl.SSLCertVerificationError as error:
            greeter.close()
            hint = 'if it is your own server, name its authority with `ca "file.pem"`'
            message = f"the certificate is not trusted: {error.verify_message}"
            raise self._not_opened(message, hint=hint, scope=Scope.SENDER) from None
        except OSError as error:
            greeter.close()
            raise self._not_opened(f"TLS does not begin: {_reason(error)}", hint=self._tls_hint()) from None
        return _Greeter(line, self._settings)

    def _say_hello(self, greeter: "_Greeter") -> None:
        greeter.step = Step.EHLO
        code, _ = greeter.ehlo()
        if code in {Code.UNKNOWN, Code.NOT_IMPLEMENTED} and self._settings.hello == "ehlo":  # a server from before 1995
            greeter.helo()
        self._expect(Step.EHLO, greeter.reply, "EHLO was refused")

    def _log_in(self, greeter: "_Greeter", auth: Auth) -> None:
        """Log in (RFC 4954); not as smtplib would, which tries CRAM-MD5 and knows ASCII only."""

        def say(line: str) -> Reply:
            greeter.docmd(line)
            return greeter.reply

        try:
            name, reply = auth(greeter.esmtp_features.get("auth", ""), say)
        except (NoLogin, NoToken) as error:
            scope = error.scope if isinstance(error, NoToken) else Scope.SENDER
            raise self._not_opened(error.message, hint=error.hint, scope=scope) from None
        except Distrusted as error:
            hint = "somebody may be between us and the server; check `host`, and keep `tls` on"
            raise self._not_opened(f"the login was broken off: {error}", hint=hint, scope=Scope.SENDER) from None
        hint = "check `user` and `password`; some providers want an app password"
        if self._settings.credentials and self._settings.credentials.token:
            hint = "check `user`, and whether the token is for this server and has not expired"
        self._expect(Step.AUTH, reply, f"the login with {name} was refused", hint)

    def _expect(self, step: Step, reply: Reply, failure: str, hint: str = "") -> None:
        if reply.code in EXPECTED[step]:
            return
        meaning = self._settings.replies(step, reply)
        text = self._scrubbed(reply.text)
        raise self._not_opened(
            f"{failure}: {reply.code} {text}".rstrip(),
            hint=hint,
            scope=meaning.scope if meaning else Scope.ROUTE,
            reply=Reply(code=reply.code, enhanced=reply.enhanced, text=text),
        )

    def _scrubbed(self, text: str) -> str:
        """Take addresses and the login out of what a server says: some echo what they were told."""
        credentials = self._settings.credentials
        return _ADDRESS.sub("***", credentials.conceal(text) if credentials else text)

    def _not_opened(
        self, message: str, *, hint: str, scope: Scope = Scope.ROUTE, reply: Reply | None = None
    ) -> NotOpened:
        return NotOpened(f"{self._settings.address}: {message}", hint=hint, scope=scope, reply=reply)

    def _silence_hint(self) -> str:
        implicit = self._settings.tls == "implicit"
        return "" if implicit else "a port that wants TLS at once says nothing: try `tls implicit`"

    def _tls_hint(self) -> str:
        return "a port that begins in the clear wants `tls starttls`" if self._settings.tls == "implicit" else ""


class _Greeter(smtplib.SMTP):
    """smtplib over a socket and a reader of ours, so that nothing it has read is lost when we take over."""

    def __init__(self, line: socket.socket, settings: Settings) -> None:
        super().__init__(local_hostname=settings.helo or _own_name())
        self.ehlo_msg = settings.hello
        self.sock = self.line = line
        self.reader = ReplyReader(line)
        TimeLimit(line, socket.SO_SNDTIMEO)(settings.limits.command)
        self.reply = Reply()
        self.step = Step.GREETING
        self.limit = settings.limits.command

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply; smtplib asks here for every one.

        Raises:
            Lost: there is none, or there is more than one: somebody put words in before TLS began (CVE-2011-0411).
        """
        try:
            self.reply = self.reader.read(self.limit)
        except Lost as lost:
            raise Lost(f"{self.step.value}: {lost}") from None
        if self.reader.pending:
            raise Lost("the server said more than it was asked")
        return self.reply.code, self.reply.text.encode()


@cache
def _own_name() -> str:
    """Name this machine as RFC 5321, 4.1.4 wants it: in full, or else by an address."""
    name = socket.getfqdn()
    return name if "." in name else "[127.0.0.1]"


def _reason(error: Exception) -> str:
    """Say why, without what smtplib and the system add: their texts may hold addresses."""
    match error:
        case Lost():
            return str(error)
        case TimeoutError():
            return "no answer in time"
        case ssl.SSLError():
            return (error.reason or "unknown reason").replace("_", " ").lower()
        case smtplib.SMTPException():
            return "the server closed the connection"
        case _:
            return (getattr(error, "strerror", None) or str(error)).lower()

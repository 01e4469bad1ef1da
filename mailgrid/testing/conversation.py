"""One client's conversation with the scripted server: a thread, a socket, and where in the protocol the two are."""

import re
import socket
import ssl
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from .faults import Fault, Script
from .incoming import Gone, Incoming
from .journal import Journal, Received
from .logins import log_in

__all__ = ["Conversation", "Offer"]

_COMMANDS = {"EHLO", "HELO", "LHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT"}
#: What may not be followed by anything before it is answered, pipelining or not (RFC 2920, 3.1).
_LAST = {"EHLO", "HELO", "LHLO", "STARTTLS", "AUTH", "DATA", "NOOP", "QUIT"}
_UNKNOWN = "500 5.5.1 no such command"
_PATH = re.compile(r"(?:FROM|TO):<([^<>]*)>(?: (.*))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the server has to offer, as the arguments of `SmtpServer` say."""

    extensions: tuple[str, ...]
    tls: ssl.SSLContext | None
    implicit: bool
    users: Mapping[str, str]
    mechanisms: tuple[str, ...]
    drip: bool
    lmtp: bool


@dataclass(slots=True)
class _Envelope:
    mail_from: str
    parameters: tuple[str, ...]
    rcpt_to: list[str] = field(default_factory=list)
    chunks: bytes = b""


class Conversation:
    """Talks to one client until one of the two has had enough.

    Args:
        sock: the client's socket.
        number: which connection this is, from 1.
        offer: what the server can do.
        script: what it does wrong.
        journal: takes what comes.
        ending: is set when the server ends.
    """

    def __init__(
        self,
        sock: socket.socket,
        number: int,
        *,
        offer: Offer,
        script: Script,
        journal: Journal,
        ending: threading.Event,
    ) -> None:
        self._sock = sock
        self._incoming = Incoming(sock, journal.segments.append)
        self._number = number
        self._offer = offer
        self._script = script
        self._journal = journal
        self._ending = ending
        self._greeted = False
        self._user = ""
        self._carried = 0
        self._envelope: _Envelope | None = None

    def run(self) -> None:
        """Talk to the end, and close."""
        with suppress(OSError):  # the client has gone, or the script hangs up
            self._talk()
        self._sock.close()

    def abort(self) -> None:
        """Break off, from another thread."""
        with suppress(OSError):  # it is closed already
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)  # TLS's own would wait for the client

    def _talk(self) -> None:
        if self._offer.implicit:
            self._encrypt()
        self._say(self._struck("connect") or "220 scripted.example ESMTP")
        while True:
            line = self._incoming.line().decode("utf-8", "replace").rstrip("\r\n")
            self._journal.commands.append(line)
            verb, _, rest = line.partition(" ")
            self._mind_the_order(verb.upper())
            if verb.upper() in _COMMANDS:
                answer: Callable[[str], str] = getattr(self, f"_{verb.lower()}")
                self._say(answer(rest))
            else:
                self._say(_UNKNOWN)

    def _mind_the_order(self, verb: str) -> None:
        """Hang up on a client that talks on where it has to wait."""
        if self._incoming.is_ahead and verb != "BDAT" and (verb in _LAST or not self._offers("PIPELINING")):
            self._say("554 5.5.0 SMTP synchronization error")
            raise Gone

    # ---- one method a command, named after it; each returns the reply

    def _lhlo(self, _: str) -> str:
        return self._extended() if self._offer.lmtp else _UNKNOWN

    def _ehlo(self, _: str) -> str:
        return _UNKNOWN if self._offer.lmtp else self._extended()

    def _extended(self) -> str:
        self._envelope = None
        self._greeted = True
        offers = list(self._offer.extensions)
        if self._offer.tls and not self._is_encrypted:
            offers.append("STARTTLS")
        if self._offer.users:
            offers.append("AUTH " + " ".join(self._offer.mechanisms))
        lines = ["scripted.example", *offers]
        usual = "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])
        return self._struck("EHLO") or usual

    def _helo(self, _: str) -> str:
        if self._offer.lmtp:
            return _UNKNOWN
        self._greeted = True
        return "250 scripted.example"

    def _starttls(self, _: str) -> str:
        if answer := self._struck("STARTTLS"):
            return answer
        if not self._offer.tls or self._is_encrypted:
            return "503 5.5.1 not offered"
        self._say("220 2.0.0 go ahead")
        self._encrypt()
        self._greeted = False
        return ""

    def _auth(self, rest: str) -> str:
        if answer := self._struck("AUTH"):
            return answer
        mechanism, _, response = rest.partition(" ")
        try:
            self._user = log_in(mechanism.upper(), response, self._offer.users, self._asked)
        except (ValueError, KeyError):
            return "501 5.5.2 not a login"
        return "235 2.7.0 welcome" if self._user else "535 5.7.8 authentication failed"

    def _mail(self, rest: str) -> str:
        if answer := self._struck("MAIL"):
            return answer
        match = _PATH.fullmatch(rest)
        if not self._greeted or self._envelope:
            return "503 5.5.1 nested or early MAIL"
        if self._offer.users and not self._user:
            return "530 5.7.0 authentication required"
        if not match:
            return "501 5.1.7 not a path"
        self._envelope = _Envelope(match[1], tuple((match[2] or "").split()))
        return "250 2.1.0 ok"

    def _rcpt(self, rest: str) -> str:
        match = _PATH.fullmatch(rest)
        if answer := self._struck("RCPT", match[1] if match else ""):
            return answer
        if not self._envelope:
            return "503 5.5.1 RCPT before MAIL"
        if not match or not match[1]:
            return "501 5.1.3 not a path"
        self._envelope.rcpt_to.append(match[1])
        return "250 2.1.5 ok"

    def _data(self, _: str) -> str:
        if answer := self._struck("DATA"):
            return answer
        envelope = self._envelope
        if not envelope or not envelope.rcpt_to:
            return "503 5.5.1 DATA before RCPT"
        self._say("354 go ahead")
        content = self._content()
        return self._ended(envelope, content)

    def _bdat(self, rest: str) -> str:
        size, _, last = rest.partition(" ")
        if not self._offers("CHUNKING") or not size.isdecimal():
            return _UNKNOWN
        self._say(self._struck("content"))
        octets = self._incoming.octets(int(size))
        envelope = self._envelope
        if not envelope or not envelope.rcpt_to:
            return "503 5.5.1 BDAT before RCPT"
        envelope.chunks += octets
        return self._ended(envelope, envelope.chunks) if last.upper() == "LAST" else "250 2.0.0 go on"

    def _rset(self, _: str) -> str:
        answer = self._struck("RSET")
        self._envelope = None
        return answer or "250 2.0.0 forgotten"

    def _noop(self, _: str) -> str:
        return "250 2.0.0 ok"

    def _quit(self, _: str) -> str:
        self._say(self._struck("QUIT") or "221 2.0.0 bye")
        raise Gone

    # ---- what they are made of

    def _asked(self, challenge: bytes) -> bytes:
        """Say a challenge of a login, and return the answer."""
        self._say(f"334 {b64encode(challenge).decode()}")
        line = self._incoming.line().strip()
        self._journal.commands.append(line.decode("ascii", "replace"))
        return b64decode(line, validate=True)

    def _content(self) -> bytes:
        """Read to the lone dot between two CRLF, and nothing less (CVE-2023-51764)."""
        lines: list[bytes] = []
        while (line := self._incoming.line()) != b".\r\n" or (lines and not lines[-1].endswith(b"\r\n")):
            lines.append(line.removeprefix(b"."))
            if len(lines) == 1:
                self._say(self._struck("content"))
        return b"".join(lines)

    def _ended(self, envelope: _Envelope, content: bytes) -> str:
        """Take a content that is whole, or not."""
        self._envelope = None
        if self._is_too_large(content):
            return "552 5.3.4 too large"
        fault = self._script.strike("end", envelope.rcpt_to, self._carried)
        if fault is None or fault.taken:
            self._take(envelope, content)
        return self._follow(fault) or f"250 2.0.0 taken as {len(self._journal.messages)}"

    def _offers(self, extension: str) -> bool:
        return extension in self._offer.extensions

    def _is_too_large(self, content: bytes) -> bool:
        limits = [int(text[5:]) for text in self._offer.extensions if text.startswith("SIZE ")]
        return any(0 < limit < len(content) for limit in limits)

    def _take(self, envelope: _Envelope, content: bytes) -> None:
        self._carried += 1
        received = Received(
            mail_from=envelope.mail_from,
            rcpt_to=tuple(envelope.rcpt_to),
            content=content,
            connection=self._number,
            parameters=envelope.parameters,
            tls=self._is_encrypted,
            user=self._user,
        )
        self._journal.messages.append(received)

    def _struck(self, at: str, rcpt_to: str = "") -> str:
        """Let the script have its way at a step; return what it says instead of us."""
        recipients = [rcpt_to] if rcpt_to or not self._envelope else self._envelope.rcpt_to
        return self._follow(self._script.strike(at, recipients, self._carried))

    def _follow(self, fault: Fault | None) -> str:
        if fault is None:
            return ""
        if fault.then != "go on" or fault.reply.startswith("421"):
            self._say(fault.reply)
            if fault.then == "hold":
                self._ending.wait()
            raise Gone
        return fault.reply

    @property
    def _is_encrypted(self) -> bool:
        return isinstance(self._sock, ssl.SSLSocket)

    def _encrypt(self) -> None:
        assert self._offer.tls is not None
        self._sock = self._offer.tls.wrap_socket(self._sock, server_side=True)
        self._incoming = Incoming(self._sock, self._journal.segments.append)

    def _say(self, text: str) -> None:
        octets = text.encode() + b"\r\n" if text else b""
        size = 1 if self._offer.drip else len(octets) or 1
        for start in range(0, len(octets), size):
            self._sock.sendall(octets[start : start + size])

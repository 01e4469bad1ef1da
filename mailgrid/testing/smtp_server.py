"""A mail server on a free loopback port that follows its script, and minds the order of commands otherwise."""

import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from .conversation import Conversation, Offer
from .faults import Fault, Script
from .journal import Journal, Received

__all__ = ["SmtpServer"]


class SmtpServer:
    """A scripted mail server, to be used in a `with`.

    Args:
        script: what it does wrong; at each step the first that fits.
        extensions: what EHLO advertises. `SIZE 1000` is enforced too; with `PIPELINING` clients may talk on before they
            are answered, otherwise it hangs up on them; with `CHUNKING` it knows BDAT. STARTTLS and AUTH come by
            themselves.
        tls: certificates; with them STARTTLS is offered.
        implicit: speak TLS from the first byte.
        users: passwords, or tokens, by name; with them a login is required, by PLAIN, LOGIN, SCRAM-SHA-256, XOAUTH2 or
            OAUTHBEARER.
        mechanisms: the logins that are advertised, where there are users.
        drip: send each reply one byte at a time.
        lmtp: speak the local mail protocol (RFC 2033) instead: LHLO in place of EHLO. It answers the end of a content
            once, so a transaction may have one recipient.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        *script: Fault,
        extensions: Sequence[str] = ("8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"),
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        users: Mapping[str, str] | None = None,
        mechanisms: Sequence[str] = ("PLAIN", "LOGIN"),
        drip: bool = False,
        lmtp: bool = False,
    ) -> None:
        self._script = Script(script)
        self._offer = Offer(
            extensions=tuple(extensions),
            tls=tls,
            implicit=implicit,
            users=dict(users or {}),
            mechanisms=tuple(mechanisms),
            drip=drip,
            lmtp=lmtp,
        )
        self._journal = Journal()
        self._ending = threading.Event()
        self._threads: list[threading.Thread] = []
        self._conversations: list[Conversation] = []
        self._listener = socket.create_server((self.host, 0))

    def __enter__(self) -> Self:
        self._start(threading.Thread(target=self._listen, daemon=True))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        for conversation in self._conversations:
            conversation.abort()
        socket.create_connection((self.host, self.port)).close()  # wakes the listener, which sees that it is over
        for thread in self._threads:
            thread.join()
        self._listener.close()

    @property
    def port(self) -> int:
        """The port it listens on."""
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def messages(self) -> Sequence[Received]:
        """What was taken, in the order in which it was taken."""
        return self._journal.messages

    @property
    def commands(self) -> Sequence[str]:
        """Every line of every client, without contents."""
        return self._journal.commands

    @property
    def segments(self) -> Sequence[bytes]:
        """All that came, contents too, in the pieces in which it came: what was written at once is in one of them."""
        return self._journal.segments

    @property
    def connections(self) -> int:
        """How many clients have come."""
        return len(self._conversations)

    def _start(self, thread: threading.Thread) -> None:
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if self._ending.is_set():
                return sock.close()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # replies are short, and follow each other
            conversation = Conversation(
                sock,
                len(self._conversations) + 1,
                offer=self._offer,
                script=self._script,
                journal=self._journal,
                ending=self._ending,
            )
            self._conversations.append(conversation)
            self._start(threading.Thread(target=conversation.run, daemon=True))

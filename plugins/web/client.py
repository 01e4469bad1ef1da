"""Web: what servers answer, as streams of bytes: redirects judged anew, packing undone, the size held to a limit."""

import http.client
import socket
import ssl
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailgrid.errors import SourceError

from .address import NoAnswerError, Rules, Target, join

__all__ = ["Answer", "Web"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_CHUNK = 1 << 16
_GZIP = 16 + zlib.MAX_WBITS


class Answer:
    """The body of an answer that is no redirect, and no refusal.

    Args:
        response: the answer.
        connection: what it comes through.
        url: where it was found, for messages.
        limit: more bytes than these, unpacked, are an error.
    """

    def __init__(
        self, response: http.client.HTTPResponse, connection: http.client.HTTPConnection, url: str, limit: int
    ) -> None:
        self.url = url
        self._response = response
        self._connection = connection
        self._limit = limit
        pieces = self._unpacked() if response.headers.get("Content-Encoding") else self._plain()
        self._pieces = filter(None, pieces)
        self._held = b""

    def header(self, name: str) -> str:
        """Return a header; empty where it is not there."""
        return str(self._response.headers.get(name, ""))

    def read1(self, size: int = -1, /) -> bytes:
        """Return what there is, at most so many bytes; none at the end.

        Raises:
            SourceError: it is too large, or packed in a way that nobody asked for.
            OSError, EOFError, zlib.error: it is damaged, or ends early.
        """
        found = self._held or next(self._pieces, b"")
        size = len(found) if size < 0 else size
        found, self._held = found[:size], found[size:]
        self._limit -= len(found)
        if self._limit < 0:
            raise SourceError("the answer is larger than `max_size`", file=self.url)
        return found

    def read(self, size: int = -1, /) -> bytes:
        """Return so many bytes, fewer at the end; all of them where no size is given. Raises as `read1`."""
        parts: list[bytes] = []
        left = size
        while (left != 0) and (found := self.read1(left if size >= 0 else -1)):
            parts.append(found)
            left -= len(found) if size >= 0 else 0
        return b"".join(parts)

    def close(self) -> None:
        """Hang up. May be called twice."""
        _hang_up(self._connection, self._response)

    def _plain(self) -> Iterator[bytes]:
        while True:
            try:
                found = self._response.read1(_CHUNK)
            except http.client.HTTPException as error:
                raise OSError(f"the answer is broken: {type(error).__name__}") from None
            if not found and self._response.length:
                raise EOFError("the answer ends early")
            if not found:
                return
            yield found

    def _unpacked(self) -> Iterator[bytes]:
        """Unpack piece by piece, so that a bomb goes off against the limit and not in memory."""
        packing = self.header("Content-Encoding").lower()
        if packing not in ("gzip", "x-gzip"):
            raise SourceError(f"the answer is packed as `{packing[:20]}`, which was not asked for", file=self.url)
        unpack = zlib.decompressobj(_GZIP)
        for packed in self._plain():
            rest = packed
            while rest and not unpack.eof:
                yield unpack.decompress(rest, _CHUNK)
                rest = unpack.unconsumed_tail
        if not unpack.eof:
            raise EOFError("the answer ends early")


@dataclass(frozen=True, slots=True)
class Web:
    """Asks servers.

    Args:
        rules: whom it may ask.
        timeout: how long each step may take, in seconds.
        limit: how large an answer may be, unpacked, in bytes.
        ca: certificates to trust instead of the system's (PEM).
        home: the URL that the headers are meant for.
        headers: what goes along to the host of `home`, and to no other.
    """

    rules: Rules
    timeout: float = 30.0
    limit: int = 1 << 30
    ca: Path | None = None
    home: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, url: str) -> Answer:
        """Return what stands at a URL, wherever it leads.

        Raises:
            SourceError: it may not be asked, does not answer, or refuses.
        """
        target = self.rules.target(url)
        meant = self.rules.target(self.home).origin if self.headers else None
        for _ in range(_MOST_REDIRECTS + 1):
            own = self.headers if target.origin == meant else {}
            connection, response = self._ask("GET", target, own, None)
            if response.status in _REDIRECTS and (location := response.headers.get("Location")):
                _hang_up(connection, response)
                target = self._next(target, str(location))
                continue
            if response.status != http.client.OK:
                _hang_up(connection, response)
                raise SourceError(_refusal(response.status), file=target.url)
            return Answer(response, connection, target.url, self.limit)
        raise SourceError("it redirects without end", file=target.url)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Send a few bytes, and return the status and the answer, which is short; it follows no redirect.

        Raises:
            SourceError: it may not be asked.
            NoAnswerError: it does not answer.
        """
        target = self.rules.target(url)
        connection, response = self._ask("POST", target, headers, body)
        try:
            return response.status, response.read(_CHUNK)
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswerError(f"does not answer: {_reason(error)}", file=target.url) from None
        finally:
            _hang_up(connection, response)

    def _next(self, target: Target, location: str) -> Target:
        try:
            return self.rules.target(join(target.url, location))
        except SourceError as error:
            message = f"it redirects to {error.file or 'what is no URL'}: {error.message}"
            raise SourceError(message, hint=error.hint, file=target.url) from None

    def _ask(
        self, method: str, target: Target, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        connection = _Pinned(target, self.timeout, self._tls() if target.secure else None)
        every = {"Accept-Encoding": "gzip", "User-Agent": "mailgrid", "Connection": "close"}
        try:
            connection.request(method, target.path, body=body, headers={**every, **headers})
            return connection, connection.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as error:
            connection.close()
            raise NoAnswerError(f"does not answer: {_reason(error)}", file=target.url) from None

    def _tls(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except OSError as error:
            raise SourceError(f"the certificates of `ca` cannot be read: {_reason(error)}") from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


class _Pinned(http.client.HTTPConnection):
    """A connection to one of the addresses that were judged, whatever the host's name leads to by now."""

    def __init__(self, target: Target, timeout: float, tls: ssl.SSLContext | None) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self.default_port = 443 if tls else 80
        self._target = target
        self._tls = tls

    def connect(self) -> None:
        """Try the addresses in their order."""
        errors: list[OSError] = []
        for address in self._target.addresses:
            try:
                self.sock: Any = socket.create_connection((address, self.port), self.timeout)
                break
            except OSError as error:
                errors.append(error)
        else:
            raise errors[-1] if errors else OSError("it has no address")
        if self._tls:  # where the handshake fails, close() ends the plain connection
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self._target.host)


def _hang_up(connection: http.client.HTTPConnection, response: http.client.HTTPResponse) -> None:
    """Close both: an answer after which the server hangs up has taken the socket over."""
    response.close()
    connection.close()


def _refusal(status: int) -> str:
    known = http.client.responses.get(status, "")
    return f"answers {status} {known}".rstrip()


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "it takes too long"
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__

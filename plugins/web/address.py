"""Addresses on the web: which of them may be asked, and at which address on the wire (against SSRF, OWASP A10:2021).

A name is looked up once, every address that it has must be public, and the connection is made to one that was looked
at: a name server that answers otherwise a moment later changes nothing.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv6Address, ip_address
from urllib.parse import urljoin, urlsplit, urlunsplit

from mailgrid.errors import SourceError

__all__ = ["NoAnswerError", "Rules", "Target", "join", "look_up"]

#: 64:ff9b::/96 leads to IPv4 addresses (RFC 6052), which are then what counts.
_NAT64 = bytes.fromhex("0064ff9b0000000000000000")


class NoAnswerError(SourceError):
    """Nobody answers; somebody may at another time."""


def look_up(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, as the system knows them.

    Raises:
        OSError: it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def join(url: str, reference: str) -> str:
    """Return where a reference leads from a URL (RFC 3986, section 5).

    Raises:
        SourceError: it is none.
    """
    try:
        return urljoin(url, reference)
    except ValueError:
        raise SourceError("this is no URL") from None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: `url`, without a login and query in it, and the `addresses` that its host has."""

    url: str
    secure: bool
    host: str
    port: int
    path: str
    addresses: tuple[str, ...] = ()

    @property
    def origin(self) -> tuple[bool, str, int]:
        """Whom credentials are meant for (RFC 6454)."""
        return self.secure, self.host, self.port


@dataclass(frozen=True, slots=True)
class Rules:
    """Which addresses may be asked.

    Args:
        allow: hosts that may be asked whatever their addresses are, over http too: `localhost`, `localhost:8080`,
            `.example.org` for all below.
        hosts: the only hosts that may be asked, written likewise; none: all.
        look_up: finds the addresses of a host and port.
    """

    allow: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    look_up: Callable[[str, int], Sequence[str]] = look_up

    def target(self, url: str) -> Target:
        """Return where a URL leads, its host looked up.

        Raises:
            SourceError: it is none, or may not be asked.
            NoAnswerError: its host has no address.
        """
        target = self.read(url)
        host, port = target.host, target.port
        try:
            addresses = tuple(self.look_up(host, port))
        except (OSError, UnicodeError):
            raise NoAnswerError(f"there is no host `{host}`", file=target.url) from None
        bad = next((each for each in addresses if not _is_public(each)), None)
        if bad and not _among(self.allow, host, port):
            hint = f'if you mean that, write allow_hosts = ["{_written(host)}"] in mailgrid.toml'
            raise SourceError(f"`{host}` is the address {bad}, which is not public", hint=hint, file=target.url)
        return replace(target, addresses=addresses)

    def read(self, url: str) -> Target:
        """Return where a URL leads, as far as it says that itself; nobody is asked.

        Raises:
            SourceError: it is none, or may not be asked.
        """
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").rstrip("."), parts.port
            host = host.encode("idna").decode("ascii") if not host.isascii() else host
        except ValueError:
            raise SourceError("this is no URL") from None
        secure = parts.scheme == "https"
        port = port or (443 if secure else 80)
        bare = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
        if not secure and not (parts.scheme == "http" and _among(self.allow, host, port)):
            raise SourceError("only https is asked", hint="write a URL that begins with https://", file=bare)
        self._check(host, port, bare, login="@" in parts.netloc)
        path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        return Target(bare, secure, host, port, path)

    def _check(self, host: str, port: int, bare: str, *, login: bool) -> None:
        if not host:
            raise SourceError("this URL names no host", file=bare)
        if login:
            hint = "write `user` and `password`, or `token`, in its block"
            raise SourceError("a login does not belong into a URL", hint=hint, file=bare)
        if self.hosts and not _among(self.hosts, host, port):
            raise SourceError(f"`{host}` is none of the hosts that are asked", file=bare)


def _among(hosts: tuple[str, ...], host: str, port: int) -> bool:
    """Tell whether a host is one of those that are written."""
    written = _written(host)
    return any(
        each in {written, f"{written}:{port}"} or (each.startswith(".") and written.endswith(each)) for each in hosts
    )


def _written(host: str) -> str:
    """Return a host as it is written in a URL: a literal of IPv6 in brackets (RFC 3986, section 3.2.2)."""
    return f"[{host}]" if ":" in host else host


def _is_public(written: str) -> bool:
    """Tell whether an address is one that everybody on the internet can reach, and reaches the same at."""
    address = ip_address(written.partition("%")[0])
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.packed.startswith(_NAT64):
            inner = ip_address(address.packed[12:])  # type: ignore[assignment]  # four bytes are an IPv4 address
        if inner is not None:
            return _is_public(str(inner))
    return address.is_global and not address.is_multicast

"""Addresses on the web: which of them may be asked, and at which address on the wire (against SSRF, OWASP A10:2021).

A name is looked up once, every address that it has must be public, and the connection is made to one that was looked
at: a name server that answers otherwise a moment later changes nothing.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import urljoin, urlsplit, urlunsplit

from mailgrid.errors import SourceError

__all__ = ["Rules", "Target", "join", "look_up"]

#: 64:ff9b::/96 leads to IPv4 addresses (RFC 6052), which are then what counts.
_NAT64 = bytes.fromhex("0064ff9b0000000000000000")


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
    """Where a request goes: `url`, without a login in it, and the `addresses` that its host has."""

    url: str
    secure: bool
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def origin(self) -> tuple[bool, str, int]:
        """Whom credentials are meant for (RFC 6454)."""
        return self.secure, self.host, self.port


@dataclass(frozen=True, slots=True)
class Rules:
    """Which addresses may be asked.

    Args:
        private: whether those of this machine and of private networks may be, and http may be used beside https.
        hosts: the only hosts that may be asked, `.example.org` standing for all below; none: all.
        look_up: finds the addresses of a host and port.
    """

    private: bool = False
    hosts: tuple[str, ...] = ()
    look_up: Callable[[str, int], Sequence[str]] = look_up

    def target(self, url: str) -> Target:
        """Return where a URL leads.

        Raises:
            SourceError: it is none, or may not be asked, or its host has no address.
        """
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").rstrip("."), parts.port
            host = host.encode("idna").decode("ascii") if not host.isascii() else host
        except ValueError:
            raise SourceError("this is no URL") from None
        secure = parts.scheme == "https"
        bare = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
        self._check(parts.scheme, host, bare, login="@" in parts.netloc)
        port = port or (443 if secure else 80)
        try:
            addresses = tuple(self.look_up(host, port))
        except (OSError, UnicodeError):
            raise SourceError(f"there is no host `{host}`", file=bare) from None
        if not self.private and (bad := next((each for each in addresses if not _is_public(each)), None)):
            hint = "if you mean that, write `private true` in its block"
            raise SourceError(f"`{host}` is the address {bad}, which is not public", hint=hint, file=bare)
        path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        return Target(bare, secure, host, port, path, addresses)

    def _check(self, scheme: str, host: str, bare: str, *, login: bool) -> None:
        if scheme != "https" and not (scheme == "http" and self.private):
            raise SourceError("only https is asked", hint="write a URL that begins with https://", file=bare)
        if not host:
            raise SourceError("this URL names no host", file=bare)
        if login:
            hint = "write `user` and `password`, or `token`, in its block"
            raise SourceError("a login does not belong into a URL", hint=hint, file=bare)
        allowed = not self.hosts or any(
            host == each or (each.startswith(".") and host.endswith(each)) for each in self.hosts
        )
        if not allowed:
            raise SourceError(f"`{host}` is none of the hosts that are asked", file=bare)


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

"""The relay: can it be reached, is the line encrypted, does it take our login and our largest message?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address

from mailgrid.doctor.finding import Finding, Level
from mailgrid.errors import TransportError
from mailgrid.hookspecs import Endpoint, Examinable, Transport

__all__ = ["check_relay", "look_at", "public_addresses"]

_SOON = 14 * 86_400.0
_TLS = "https://www.rfc-editor.org/rfc/rfc8314"
_ENDS = "https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5"
_SMTP = "https://www.rfc-editor.org/rfc/rfc5321#section-3.1"
_SIZE = "https://www.rfc-editor.org/rfc/rfc1870"


def look_at(transport: Transport) -> tuple[Endpoint | None, Finding]:
    """Connect, encrypt and log in, and return what was found; None where the transport does not tell."""
    endpoint = None
    try:
        if isinstance(transport, Examinable):
            endpoint = transport.examine()
        else:
            transport.check()
    except TransportError as error:
        hint = error.hint or "see what is written for `transport`, and what whoever runs the relay says of it"
        return None, Finding("relay", Level.ERROR, error.message, "no message would leave", hint, _SMTP)
    return endpoint, Finding("relay", Level.OK, f"{transport.title} answers and lets us in")


def check_relay(endpoint: Endpoint, largest: int, now: float) -> Iterator[Finding]:
    """Check what was found.

    Args:
        endpoint: the relay.
        largest: the largest message that there is to send, in octets.
        now: the time, in seconds since 1970.
    """
    if endpoint.encrypted:
        yield Finding("tls", Level.OK, f"the line is encrypted with {endpoint.encrypted}")
    elif not ip_address(endpoint.address).is_loopback:
        why = "anybody on the way can read the messages, and the login"
        yield Finding("tls", Level.ERROR, "the line is not encrypted", why, "write `tls starttls`", _TLS)
    until = endpoint.valid_until
    if until is not None and until - now < _SOON:
        what = f"the relay's certificate ends on {datetime.fromtimestamp(until, UTC):%Y-%m-%d}"
        mend = "let whoever runs the relay renew it"
        yield Finding("tls", Level.WARNING, what, "after that no message leaves", mend, _ENDS)
    if endpoint.largest and largest > endpoint.largest:
        what = f"the largest message has {largest:,} octets, and the relay takes {endpoint.largest:,}"
        yield Finding("size", Level.ERROR, what, "it refuses those", "make them smaller", _SIZE)


def public_addresses(addresses: list[str]) -> list[str]:
    """Return those that the world sees; what is inside this machine or this network has other ones outside."""
    return [address for address in addresses if ip_address(address).is_global]

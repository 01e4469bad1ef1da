"""SPF (RFC 7208): which addresses may send for a domain, and what it costs a receiver to find out."""

from ipaddress import IPv4Network, ip_address, ip_network

from mailgrid.doctor.resolver import Resolver
from mailgrid.value import value

__all__ = ["LOOKUPS", "VOIDS", "Spf", "SpfError", "records"]

#: So many terms that ask the DNS, and so many of these without an answer, are allowed (4.6.4).
LOOKUPS = 10
VOIDS = 2
_MECHANISMS = frozenset({"all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"})
_RESULTS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
#: Where a walk through records that include each other ends; receivers end it at `LOOKUPS`.
_FAR = 60


class SpfError(ValueError):
    """A record that makes receivers give up: `permerror`."""


def records(resolver: Resolver, domain: str) -> list[str]:
    """Return the SPF records of a domain; there should be one."""
    return [text for text in resolver.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]


@value
class _Term:
    result: str
    name: str
    value: str
    prefix: str


class Spf:
    """Walks through the records of a domain.

    Args:
        resolver: the DNS.

    `lookups` and `voids` grow with each walk.
    """

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self.lookups = 0
        self.voids = 0

    def walk(self, domain: str, address: str = "") -> str:
        """Return what the records say about an IP address: `pass`, `fail`, `softfail`, `neutral` or `none`.

        Without an address every term is followed, which counts the lookups of a receiver that finds no match.

        Raises:
            SpfError: a record makes no sense, is there twice, or is missing where it is included.
            NoAnswer: the DNS does not answer.
        """
        found = records(self._resolver, domain)
        if not found:
            return "none"
        if len(found) > 1:
            raise SpfError(f"{domain} has {len(found)} SPF records")
        redirect = ""
        for word in found[0].split()[1:]:
            name, equals, value = word.partition("=")
            if equals and name.isidentifier():
                redirect = value if name.lower() == "redirect" else redirect
            elif self._matches(term := _term(word, domain), domain, address):
                return term.result
        return self._redirected(redirect, address)

    def _redirected(self, domain: str, address: str) -> str:
        if not domain:
            return "neutral"
        self._count()
        if (result := self.walk(domain, address)) == "none":
            raise SpfError(f"`redirect={domain}` leads to no SPF record")
        return result

    def _matches(self, term: _Term, domain: str, address: str) -> bool:
        target = term.value or domain
        if term.name == "all":
            return bool(address)
        if term.name in {"ip4", "ip6"}:
            return _within(address, term.value, term.prefix)
        self._count()
        if "%" in target:  # a macro: it depends on the single message
            return False
        if term.name == "include":
            if (result := self.walk(target, address)) == "none":
                raise SpfError(f"`include:{target}` leads to no SPF record")
            return result == "pass"
        return term.name in {"a", "mx"} and any(
            _within(address, each, term.prefix) for each in self._addresses(term.name, target)
        )

    def _addresses(self, name: str, target: str) -> list[str]:
        hosts = self._resolver.exchanges(target) if name == "mx" else [target]
        found = [address for host in hosts[:LOOKUPS] for address in self._resolver.addresses(host)]
        self.voids += not found
        return found

    def _count(self) -> None:
        self.lookups += 1
        if self.lookups > _FAR:
            raise SpfError("its records include each other without end")


def _term(word: str, domain: str) -> _Term:
    result = _RESULTS.get(word[0], "")
    body = word[1:] if result else word
    name, _, value = body.partition(":")
    name, _, beside = name.partition("/")
    prefix = f"/{beside}" if beside else ""
    if not prefix and name.lower() in {"a", "mx"}:
        value, slash, rest = value.partition("/")
        prefix = slash + rest
    if name.lower() not in _MECHANISMS:
        raise SpfError(f"`{word}` in the SPF record of {domain} is not known")
    return _Term(result or "pass", name.lower(), value.rstrip("."), prefix)


def _within(address: str, network: str, prefix: str) -> bool:
    """Tell whether an address lies in a network; `prefix` is `/24`, `//64`, or `/24//64` for both kinds."""
    if not address:
        return False
    four, _, six = prefix.partition("//")
    try:
        whole = ip_network(network, strict=False)
        if length := four.removeprefix("/") if isinstance(whole, IPv4Network) else six:
            whole = ip_network(f"{network}/{length}", strict=False)
    except ValueError as error:
        raise SpfError(f"`{network}{prefix}` is no network") from error
    mine = ip_address(address)
    return mine.version == whole.version and mine in whole

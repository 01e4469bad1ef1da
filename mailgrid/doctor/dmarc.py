"""DMARC (RFC 9989): the policy of a domain, and which domains belong together, by walking up the DNS tree."""

from collections.abc import Mapping

from mailgrid.doctor.resolver import Resolver
from mailgrid.value import value

__all__ = ["Dmarc", "aligned", "look_up", "organizational_domain"]

#: A longer name is walked up from so many labels (4.10).
_LABELS = 8
_POLICIES = frozenset({"none", "quarantine", "reject"})


@value
class Dmarc:
    """A policy: the `domain` whose record it is, its tags, and what it asks of a receiver for the author's domain."""

    domain: str
    tags: Mapping[str, str]
    policy: str


def look_up(resolver: Resolver, author: str) -> Dmarc | None:
    """Return the policy that holds for an author's domain; None where there is none.

    Raises:
        NoAnswer: the DNS does not answer.
    """
    own = _record(resolver, author)
    if own is not None:
        return Dmarc(author, own, own["p"])
    domain = organizational_domain(resolver, author)
    tags = None if domain == author else _record(resolver, domain)
    if tags is None:
        return None
    exists = bool(resolver.addresses(author) or resolver.exchanges(author) or resolver.texts(author))
    named = tags.get("sp") if exists else tags.get("np", tags.get("sp"))
    return Dmarc(domain, tags, named if named in _POLICIES else tags["p"])


def organizational_domain(resolver: Resolver, domain: str) -> str:
    """Return the domain at the head of what belongs together with this one (4.10.2).

    Raises:
        NoAnswer: the DNS does not answer.
    """
    highest = domain
    for name in _ancestors(domain):
        tags = _record(resolver, name)
        if tags is None:
            continue
        if tags.get("psd") == "n":
            return name
        if tags.get("psd") == "y" and name != domain:
            labels = domain.split(".")
            return ".".join(labels[-(name.count(".") + 2) :])
        highest = name
    return highest


def aligned(resolver: Resolver, author: str, other: str, *, strict: bool) -> bool:
    """Tell whether what was authenticated, by SPF or DKIM, speaks for the author's domain (4.4).

    Raises:
        NoAnswer: the DNS does not answer.
    """
    if author == other:
        return True
    return not strict and organizational_domain(resolver, author) == organizational_domain(resolver, other)


def _ancestors(domain: str) -> list[str]:
    """Return the names of the walk: the domain, then one label less each; after the first at most seven labels."""
    labels = domain.split(".")
    rest = labels[1:] if len(labels) < _LABELS else labels[-(_LABELS - 1) :]
    return [domain, *(".".join(rest[at:]) for at in range(len(rest)))]


def _record(resolver: Resolver, domain: str) -> Mapping[str, str] | None:
    """Return the tags of a domain's record; one without a policy, or of two, counts as none."""
    found = [tags for text in resolver.texts(f"_dmarc.{domain}") if (tags := _tags(text)).get("v") == "DMARC1"]
    if len(found) != 1:
        return None
    tags = found[0]
    if tags.get("p") not in _POLICIES:
        return {**tags, "p": "none"} if "rua" in tags else None
    return tags


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}

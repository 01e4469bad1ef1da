"""What the DNS says about the domains of a campaign: SPF, DKIM keys, DMARC, and the relay's own name."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from mailgrid.doctor import dmarc, spf
from mailgrid.doctor.dkim_key import KeyProblem, check_key, name_of, record_of
from mailgrid.doctor.finding import Finding, Level
from mailgrid.doctor.resolver import Resolver
from mailgrid.message.dkim import Signature

__all__ = ["check_dkim", "check_dmarc", "check_reverse", "check_spf"]

_SPF = "https://www.rfc-editor.org/rfc/rfc7208"
_DKIM = "https://www.rfc-editor.org/rfc/rfc6376#section-3.6.1"
_DMARC = "https://www.rfc-editor.org/rfc/rfc9989"
_BULK = "https://support.google.com/a/answer/81126"


def check_spf(resolver: Resolver, domain: str, relays: Sequence[str]) -> Iterator[Finding]:
    """Check the SPF records of the envelope's domain.

    Args:
        resolver: the DNS.
        domain: that of the envelope's sender.
        relays: the public addresses of the relay; none where they are not known.
    """
    why = "receivers take mail of a domain for forged that does not come from where its SPF record says"
    walk = spf.Spf(resolver)
    try:
        if walk.walk(domain) == "none":
            mend = f"publish a TXT record at {domain}, like: v=spf1 include:YOUR-RELAY -all"
            yield Finding("spf", Level.ERROR, f"{domain} has no SPF record", why, mend, f"{_SPF}#section-3")
            return
        if walk.lookups > spf.LOOKUPS or walk.voids > spf.VOIDS:
            what = f"the SPF record of {domain} takes {walk.lookups} lookups, {walk.voids} of them without an answer"
            mend = f"leave out what is not needed: at most {spf.LOOKUPS} lookups and {spf.VOIDS} without an answer"
            yield Finding("spf", Level.ERROR, what, "receivers give up there", mend, f"{_SPF}#section-4.6.4")
            return
        refused = [address for address in relays if spf.Spf(resolver).walk(domain, address) != "pass"]
    except spf.SpfError as error:
        mend = "put the record right: receivers count such a one as an error, and treat mail accordingly"
        yield Finding("spf", Level.ERROR, f"SPF of {domain}: {error}", why, mend, f"{_SPF}#section-4.6")
        return
    if refused:
        what = f"the SPF record of {domain} does not name the relay ({', '.join(refused)})"
        mend = "add its `include:` or `ip4:`, unless the relay sends from other addresses than those we talk to"
        yield Finding("spf", Level.WARNING, what, why, mend, f"{_SPF}#section-5.2")
    else:
        yield Finding("spf", Level.OK, f"{domain} has an SPF record that takes {walk.lookups} lookups")


def check_dkim(resolver: Resolver, author: str, signatures: Sequence[Signature]) -> Iterator[Finding]:
    """Check that receivers find the keys of the campaign's signatures, and that one of them speaks for the author."""
    why = "large providers refuse bulk mail without a DKIM signature of its author's domain"
    if not signatures:
        mend = "let the relay sign for your domain, or sign here: dkim domain ... selector ... key ..."
        yield Finding("dkim", Level.NOTE, "this campaign does not sign its messages", why, mend, _BULK)
        return
    for each in signatures:
        name = name_of(each)
        try:
            check_key(resolver.texts(name), each)
        except KeyProblem as problem:
            mend = f"publish this TXT record there: {record_of(each)}"
            yield Finding("dkim", Level.ERROR, f"{name}: {problem}", "no receiver can check the signature", mend, _DKIM)
        else:
            yield Finding("dkim", Level.OK, f"the key at {name} is ours ({each.key.bits} bits)")
    policy = dmarc.look_up(resolver, author)
    strict = policy is not None and policy.tags.get("adkim") == "s"
    if not any(dmarc.aligned(resolver, author, each.domain, strict=strict) for each in signatures):
        mend = f"sign with a domain that belongs to {author}"
        what = f"no signature speaks for {author}"
        yield Finding("dkim", Level.ERROR, what, why, mend, f"{_DMARC}#section-4.4")


def check_dmarc(resolver: Resolver, author: str, envelope: str) -> Iterator[Finding]:
    """Check the policy of the author's domain, and that the envelope's domain belongs to it."""
    why = "large providers refuse bulk mail of domains without a DMARC policy"
    policy = dmarc.look_up(resolver, author)
    if policy is None:
        mend = f"publish a TXT record at _dmarc.{author}: v=DMARC1; p=none; rua=mailto:YOU"
        yield Finding("dmarc", Level.ERROR, f"{author} has no DMARC policy", why, mend, _DMARC)
        return
    yield Finding("dmarc", Level.OK, f"the policy of {policy.domain} asks for p={policy.policy}")
    if "rua" not in policy.tags:
        mend = "add `rua=mailto:YOU` to the record"
        what = f"the policy of {policy.domain} asks for no reports"
        yield Finding("dmarc", Level.NOTE, what, "without reports nobody sees what fails", mend, _DMARC)
    if not dmarc.aligned(resolver, author, envelope, strict=policy.tags.get("aspf") == "s"):
        what = f"the envelope's domain {envelope} does not belong to {author}: SPF alone does not satisfy DMARC"
        mend = "then a DKIM signature of the author's domain has to; or send with a `return_path` that belongs to it"
        yield Finding("dmarc", Level.WARNING, what, why, mend, f"{_DMARC}#section-4.4")


def check_reverse(resolver: Resolver, relays: Sequence[str]) -> Iterator[Finding]:
    """Check that the names of the relay's addresses lead back to these addresses."""
    why = "large providers refuse mail from addresses without a name that leads back to them"
    for address in relays:
        names = resolver.names(address)
        if any(ip_address(address) in map(ip_address, resolver.addresses(name)) for name in names):
            yield Finding("ptr", Level.OK, f"{address} is called {names[0]}, and the other way round")
            continue
        what = f"{address} is called {', '.join(names)}, which is another" if names else f"{address} has no name"
        mend = "let whoever runs the relay set PTR and A or AAAA so that they agree"
        yield Finding("ptr", Level.WARNING, what, why, mend, _BULK)

"""What the doctor says of the DNS: SPF, keys, policies, names."""

from collections.abc import Iterable

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailgrid.doctor.dkim_key import name_of, record_of
from mailgrid.doctor.domains import check_dkim, check_dmarc, check_reverse, check_spf
from mailgrid.doctor.finding import Finding, Level
from mailgrid.message.dkim import Signature, load_key
from tests.doctor.zone import Zone

Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
POLICY = {"_dmarc.acme.example": "v=DMARC1; p=none; rua=mailto:d@acme.example"}


def signature(key: Private, domain: str = "acme.example") -> Signature:
    return Signature(domain, "s1", load_key(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())))


RSA, OTHER = (rsa.generate_private_key(65537, bits) for bits in (1024, 1024))
ED25519 = ed25519.Ed25519PrivateKey.generate()


def told(findings: Iterable[Finding]) -> list[tuple[Level, str]]:
    found = list(findings)
    assert all(each.why and each.mend and each.link for each in found if each.level is not Level.OK)
    return [(each.level, each.what) for each in found]


def worst(findings: Iterable[Finding]) -> Level:
    return max(level for level, _ in told(findings))


@pytest.mark.parametrize(
    "record, relays, level",
    [
        ("v=spf1 ip4:203.0.113.5 -all", ["203.0.113.5"], Level.OK),
        ("v=spf1 ip4:203.0.113.5 -all", [], Level.OK),
        ("v=spf1 ip4:203.0.113.5 -all", ["203.0.113.6"], Level.WARNING),
        ("v=spf1 " + "a " * 11 + "-all", [], Level.ERROR),
        ("v=spf1 a:x.example a:y.example a:z.example -all", [], Level.ERROR),
        ("v=spf1 nosuch -all", [], Level.ERROR),
        ("", [], Level.ERROR),
    ],
)
def test_spf(record: str, relays: list[str], level: Level) -> None:
    assert worst(check_spf(Zone(txt={"acme.example": record}), "acme.example", relays)) is level


@pytest.mark.parametrize("private", [RSA, ED25519], ids=["rsa", "ed25519"])
def test_a_key_that_the_dns_holds(private: Private) -> None:
    key = signature(private)
    halves = Zone(txt={"s1._domainkey.acme.example": record_of(key).replace("p=", "t=s; p= "), **POLICY})
    assert worst(check_dkim(halves, "news.acme.example", [key])) is Level.OK


@pytest.mark.parametrize(
    "record, words",
    [
        ((), "there is no key"),
        ("v=DKIM1; p=", "revoked"),
        ("v=DKIM1; p=%%%", "another one"),
        (record_of(signature(OTHER)), "another one"),
        (["v=DKIM1; p=aa", "v=DKIM1; p=bb"], "2 keys"),
    ],
)
def test_a_key_that_the_dns_does_not_hold(record: str | list[str], words: str) -> None:
    key = signature(RSA)
    zone = Zone(txt={name_of(key): record})
    ((level, what),) = told(check_dkim(zone, "acme.example", [key]))
    assert level is Level.ERROR
    assert words in what


def test_a_signature_has_to_speak_for_the_author() -> None:
    key = signature(ED25519, "relay.example")
    zone = Zone(txt={name_of(key): record_of(key), **POLICY})
    assert told(check_dkim(zone, "acme.example", [key]))[-1] == (Level.ERROR, "no signature speaks for acme.example")


@pytest.mark.parametrize(("adkim", "level"), [("r", Level.OK), ("s", Level.ERROR)])
def test_a_policy_may_want_the_very_domain_of_the_author(adkim: str, level: Level) -> None:
    key = signature(ED25519)
    policy = f"v=DMARC1; p=none; adkim={adkim}"
    zone = Zone(txt={name_of(key): record_of(key), "_dmarc.acme.example": policy})
    assert worst(check_dkim(zone, "news.acme.example", [key])) is level
    assert worst(check_dkim(zone, "acme.example", [key])) is Level.OK


def test_no_signature_is_a_note() -> None:
    assert worst(check_dkim(Zone(), "acme.example", [])) is Level.NOTE


@pytest.mark.parametrize(
    "record, envelope, level",
    [
        ("v=DMARC1; p=none; rua=mailto:d@acme.example", "bounce.acme.example", Level.OK),
        ("v=DMARC1; p=none", "acme.example", Level.NOTE),
        ("v=DMARC1; p=none; rua=mailto:d@acme.example; aspf=s", "bounce.acme.example", Level.WARNING),
        ("v=DMARC1; p=none; rua=mailto:d@acme.example", "relay.example", Level.WARNING),
        ("", "acme.example", Level.ERROR),
    ],
)
def test_dmarc(record: str, envelope: str, level: Level) -> None:
    assert worst(check_dmarc(Zone(txt={"_dmarc.acme.example": record}), "acme.example", envelope)) is level


@pytest.mark.parametrize(
    "names, address, level",
    [
        ("mx.acme.example", "203.0.113.5", Level.OK),
        ("mx.acme.example", "203.0.113.6", Level.WARNING),
        ((), "", Level.WARNING),
    ],
)
def test_the_name_of_an_address_leads_back(names: str, address: str, level: Level) -> None:
    zone = Zone(ptr={"203.0.113.5": names}, a={"mx.acme.example": address})
    assert worst(check_reverse(zone, ["203.0.113.5"])) is level

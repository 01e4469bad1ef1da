"""DMARC's walk up the tree (RFC 9989, 4.10)."""

import pytest

from mailgrid.doctor.dmarc import aligned, look_up, organizational_domain
from tests.doctor.zone import Zone

NONE = "v=DMARC1; p=none"


def zone(**records: str) -> Zone:
    """Return a DNS that holds these records; `_` stands for a dot."""
    return Zone(txt={f"_dmarc.{name.replace('_', '.')}": text for name, text in records.items()})


@pytest.mark.parametrize(
    "records, domain, head",
    [
        ({"acme_example": NONE}, "news.acme.example", "acme.example"),
        ({"acme_example": NONE, "news_acme_example": "v=DMARC1; p=reject"}, "news.acme.example", "acme.example"),
        ({"acme_example": NONE, "a_acme_example": f"{NONE}; psd=n"}, "b.a.acme.example", "a.acme.example"),
        ({"co_example": f"{NONE}; psd=y"}, "news.acme.co.example", "acme.co.example"),
        ({"co_example": f"{NONE}; psd=y"}, "co.example", "co.example"),
        ({"acme_example": NONE, "example": f"{NONE}; psd=y"}, "x.acme.example", "acme.example"),
        ({}, "news.acme.example", "news.acme.example"),
    ],
)
def test_a_domain_has_a_head(records: dict[str, str], domain: str, head: str) -> None:
    assert organizational_domain(zone(**records), domain) == head


def test_a_long_name_is_walked_from_its_last_seven_labels() -> None:
    dns = zone()
    organizational_domain(dns, "a.b.c.d.e.f.g.h.i.j.mail.example.com")
    asked = [name.removeprefix("_dmarc.") for name in dns.asked]
    assert asked[:3] == ["a.b.c.d.e.f.g.h.i.j.mail.example.com", "g.h.i.j.mail.example.com", "h.i.j.mail.example.com"]
    assert asked[-1] == "com"
    assert len(asked) == 8


@pytest.mark.parametrize(
    "records, exists, policy",
    [
        ({"news_acme_example": "v=DMARC1; p=quarantine"}, True, "quarantine"),
        ({"acme_example": "v=DMARC1; p=reject"}, True, "reject"),
        ({"acme_example": "v=DMARC1; p=reject; sp=none"}, True, "none"),
        ({"acme_example": "v=DMARC1; p=none; sp=none; np=reject"}, False, "reject"),
        ({"acme_example": "v=DMARC1; p=none; sp=quarantine"}, False, "quarantine"),
        ({"acme_example": "v=DMARC1; p=; rua=mailto:x@acme.example"}, True, "none"),
        ({"acme_example": "v=DMARC1; p=nonsense"}, True, None),
        ({"acme_example": "v=spf1 -all"}, True, None),
        ({}, True, None),
    ],
)
def test_the_policy_is_the_domains_own_or_that_of_its_head(
    records: dict[str, str], exists: bool, policy: str | None
) -> None:
    dns = zone(**records)
    if exists:
        dns.tables["a"] = {"news.acme.example": "192.0.2.1"}
    found = look_up(dns, "news.acme.example")
    assert (found and found.policy) == policy


@pytest.mark.parametrize(
    "one, other, strict, answer",
    [
        ("acme.example", "acme.example", True, True),
        ("acme.example", "bounce.acme.example", False, True),
        ("acme.example", "bounce.acme.example", True, False),
        ("acme.example", "relay.example", False, False),
    ],
)
def test_domains_belong_together(one: str, other: str, strict: bool, answer: bool) -> None:
    dns = zone(acme_example="v=DMARC1; p=none")
    assert aligned(dns, one, other, strict=strict) is answer

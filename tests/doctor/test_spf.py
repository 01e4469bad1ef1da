"""SPF as receivers read it (RFC 7208)."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.doctor.spf import Spf, SpfError
from tests.doctor.zone import Zone

RELAY = Zone(
    txt={
        "relay.example": ["google-site-verification=x", "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"],
        "two.example": ["v=spf1 -all", "v=spf1 ~all"],
        "loop.example": "v=spf1 include:loop.example -all",
        "void.example": "v=spf1 a:x.example mx:y.example a:z.example -all",
    },
    a={"acme.example": ["198.51.100.7", "2001:db8:1::7"], "mx.acme.example": "198.51.100.8"},
    mx={"acme.example": ["mx.acme.example"]},
)


@pytest.mark.parametrize(
    "record, address, result",
    [
        ("v=spf1 ip4:198.51.100.7 -all", "198.51.100.7", "pass"),
        ("v=spf1 ip4:198.51.100.0/24 -all", "198.51.100.200", "pass"),
        ("v=spf1 ip4:198.51.100.0/24 -all", "198.51.101.1", "fail"),
        ("v=spf1 ip4:198.51.100.0/24 ~all", "2001:db8::1", "softfail"),
        ("v=spf1 ip6:2001:db8::/32 ?all", "2001:db8::1", "pass"),
        ("v=spf1 a -all", "198.51.100.7", "pass"),
        ("v=spf1 a -all", "2001:db8:1::7", "pass"),
        ("v=spf1 a/24//64 -all", "198.51.100.99", "pass"),
        ("v=spf1 a//64 -all", "2001:db8:1::99", "pass"),
        ("v=spf1 a:acme.example/24 -all", "198.51.100.99", "pass"),
        ("v=spf1 mx -all", "198.51.100.8", "pass"),
        ("v=spf1 mx -all", "198.51.100.7", "fail"),
        ("v=spf1 include:relay.example -all", "192.0.2.9", "pass"),
        ("v=spf1 include:relay.example ~all", "203.0.113.1", "softfail"),
        ("v=spf1 redirect=relay.example", "192.0.2.9", "pass"),
        ("v=spf1 redirect=relay.example", "203.0.113.1", "fail"),
        ("v=spf1 exists:%{i}.list.example ptr -all", "192.0.2.9", "fail"),
        ("v=spf1 exp=why.example a", "192.0.2.9", "neutral"),
        ("V=SPF1 +A -ALL", "198.51.100.7", "pass"),
    ],
)
def test_an_address_may_send_or_not(record: str, address: str, result: str) -> None:
    zone = Zone(txt={**RELAY.tables["txt"], "acme.example": record}, a=RELAY.tables["a"], mx=RELAY.tables["mx"])
    assert Spf(zone).walk("acme.example", address) == result


@pytest.mark.parametrize(
    "record, lookups",
    [
        ("v=spf1 ip4:192.0.2.1 -all", 0),
        ("v=spf1 a mx -all", 2),
        ("v=spf1 include:relay.example include:relay.example a ptr exists:x.example -all", 5),
        ("v=spf1 redirect=relay.example", 1),
    ],
)
def test_lookups_are_counted_through_what_is_included(record: str, lookups: int) -> None:
    zone = Zone(txt={**RELAY.tables["txt"], "acme.example": record}, a=RELAY.tables["a"], mx=RELAY.tables["mx"])
    spf = Spf(zone)
    spf.walk("acme.example")
    assert spf.lookups == lookups


def test_lookups_that_find_nothing_are_counted() -> None:
    spf = Spf(RELAY)
    spf.walk("void.example")
    assert spf.voids == 3


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 ip4:nonsense -all",
        "v=spf1 ip4:192.0.2.0/99 -all",
        "v=spf1 nosuch:x -all",
        "v=spf1 include:nowhere.example -all",
        "v=spf1 include:two.example -all",
        "v=spf1 redirect=nowhere.example",
        "v=spf1 include:loop.example -all",
    ],
)
def test_a_record_that_makes_no_sense_is_an_error(record: str) -> None:
    with pytest.raises(SpfError):
        Spf(Zone(txt={**RELAY.tables["txt"], "acme.example": record})).walk("acme.example", "192.0.2.1")


def test_no_record_is_none() -> None:
    assert Spf(Zone(txt={"acme.example": "v=spf10 all"})).walk("acme.example") == "none"


@given(st.text(max_size=40))
def test_any_record_is_read_or_refused(record: str) -> None:
    zone = Zone(txt={"acme.example": f"v=spf1 {record}"})
    with suppress(SpfError):
        assert Spf(zone).walk("acme.example", "192.0.2.1") in {"pass", "fail", "softfail", "neutral"}

import pytest

from mailgrid.language.campaign import Campaign
from mailgrid.planning import limits
from mailgrid.planning.carrier import Quota, SharedRate
from tests.language.compiling import campaign


def sending(settings: str, transport: str = "") -> Campaign:
    """A campaign with these settings, through a transport with those."""
    return campaign(f"transport ses\n{settings}", before=f"transport ses smtp {{\n{transport}\n}}")


@pytest.mark.parametrize(
    "settings,burst",
    [("", 1), ("rate 5/s", 1), ("rate 1000/s", 100), ("rate 5/s burst 7", 7), ('rate 1/s\ncc "a@b"', 2)],
)
def test_the_burst_is_a_tenth_of_a_second_where_none_is_written(settings: str, burst: int) -> None:
    assert limits.burst(sending(settings)) == burst


@pytest.mark.parametrize(
    "settings,transport,expected",
    [
        ("", "", None),
        ("rate 5/s", "", None),
        ("", "rate 5/s", SharedRate("ses", 5.0, 1)),
        ("rate 50/s burst 9", "rate 600/min burst 4", SharedRate("ses", 10.0, 4)),
        ("", "rate 1000/s", SharedRate("ses", 1000.0, 100)),
        ('bcc "a@b"\ncc "c@d"', "rate 5/s burst 2", SharedRate("ses", 5.0, 3)),
    ],
)
def test_the_rate_that_a_transport_shares(settings: str, transport: str, expected: SharedRate | None) -> None:
    through = sending(settings, transport)
    assert through.transport is not None
    assert limits.shared_rate(through.transport, through) == expected


def test_a_campaign_without_transport_has_its_own_rate() -> None:
    assert limits.rate_title(campaign("rate 5/s")) == "5/s"


@pytest.mark.parametrize(
    "settings,transport,own,shared",
    [
        ("", "", None, None),
        ("quota 50/day", "", Quota(50, 86400, "50/day"), None),
        ("quota 9/h", "quota 300/min", Quota(9, 3600, "9/h"), Quota(300, 60, "300/min")),
    ],
)
def test_quotas(settings: str, transport: str, own: Quota | None, shared: Quota | None) -> None:
    through = sending(settings, transport)
    assert through.transport is not None
    assert (limits.own_quota(through), limits.shared_quota(through.transport)) == (own, shared)


@pytest.mark.parametrize(
    "settings,transport,title",
    [
        ("", "", ""),
        ("rate 5/s", "", "5/s"),
        ("rate 5/s burst 7", "rate 300/min", "5/s burst 7"),
        ("", "rate 5/s", "5/s of transport ses"),
        ("rate 6/s", "rate 300/min burst 9", "300/min burst 9 of transport ses"),
        ("rate 4/s", "rate 5/s", "4/s"),
    ],
)
def test_the_title_is_that_of_the_lower_rate_and_tells_whose_it_is(settings: str, transport: str, title: str) -> None:
    assert limits.rate_title(sending(settings, transport)) == title

from collections import Counter
from typing import Any

import pytest

from mailgrid.pipeline.forecast import Forecast
from mailgrid.pipeline.tally import Tally
from mailgrid.pipeline.trial import Trial
from mailgrid.planning.carrier import SharedRate
from mailgrid.planning.plan import DomainRate
from tests.pipeline.campaign import plan_of


def forecast(**plan: Any) -> Forecast:
    tally = Tally(rows=20, matched=15, standings=Counter({"pending": 10, "already sent": 2, "beyond take": 1}))
    tally.note_unknown("active", 4, "?")
    return Forecast(plan_of([], **plan), tally)


@pytest.mark.parametrize(
    ("plan", "seconds"),
    [({}, None), ({"rate": 2.0}, 4.5), ({"rate": 2.0, "cost": 3}, 14.5), ({"rate": 2.0, "burst": 50}, 0)],
)
def test_tells_how_long_the_rate_makes_it(plan: dict[str, Any], seconds: float | None) -> None:
    assert forecast(**plan).seconds == seconds


@pytest.mark.parametrize(
    ("plan", "seconds"),
    [({}, 18), ({"rate": 2.0}, 18), ({"rate": 0.25}, 36), ({"cost": 2}, 38), ({"rate": 100.0, "burst": 50}, 18)],
)
def test_the_lower_rate_tells_where_the_transport_has_one_too(plan: dict[str, Any], seconds: float) -> None:
    assert forecast(shared=SharedRate("ses", 0.5, 1), **plan).seconds == seconds


@pytest.mark.parametrize(
    ("plan", "lanes", "seconds", "slowest"),
    [
        ({}, {"gmail.com": 5, "orange.fr": 9}, 8.0, "orange.fr"),
        ({}, {"gmail.com": 50}, 24.0, "gmail.com"),
        ({"cost": 2}, {"gmail.com": 50}, 49.0, "gmail.com"),
        ({"rate": 0.5}, {"orange.fr": 2}, 18.0, "orange.fr"),
        ({}, {}, None, None),
    ],
)
def test_a_limited_domain_tells_where_it_is_the_slowest(
    plan: dict[str, Any], lanes: dict[str, int], seconds: float | None, slowest: str | None
) -> None:
    limits = (DomainRate("gmail.com", 2.0, 2, "2/s burst 2"), DomainRate(None, 1.0, 1, "1/s"))
    found = forecast(domains=limits, **plan)
    found.tally.lanes.update(lanes)
    assert (found.seconds, found.slowest_domain and found.slowest_domain.name) == (seconds, slowest)


def test_says_what_plan_json_promises() -> None:
    told = forecast(rate=2.0, rate_title="2/s").as_json()
    assert {"name": "welcome", "rows": 20, "matched": 15, "to_send": 10, "already_sent": 2, "left_out": 1}.items() <= (
        told.items()
    )
    assert (told["now"], told["rate"], told["seconds"], told["rendered"]) == ("2026-05-04T07:00:00Z", "2/s", 4, None)
    assert told["unknown_tests"] == [{"where": "active", "rows": 1, "examples": [{"line": 4, "value": "?"}]}]
    assert Forecast(plan_of([]), Tally(), Trial(3, rendered=2, failed=1)).as_json()["not_rendered"] == 1

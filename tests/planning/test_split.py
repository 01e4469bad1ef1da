"""Who gets which variant: the same for ever, in the right proportions, and moved as little as possible."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.planning.split import Share, Split

KEYS = [f"p{number}@mail.example" for number in range(4000)]


def split(*shares: float, campaign: str = "welcome") -> dict[str, str]:
    found = Split(campaign, [Share(f"v{number}", share) for number, share in enumerate(shares)])
    return {key: found(key, ()) for key in KEYS}


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.1, 0.9), (0.2, 0.3, 0.5), (0.01, 0.99)])
def test_each_variant_gets_its_share(shares: tuple[float, ...]) -> None:
    counts = Counter(split(*shares).values())
    for number, share in enumerate(shares):
        assert counts[f"v{number}"] / len(KEYS) == pytest.approx(share, abs=0.03)


# Changing these would change who gets what in campaigns that are being sent.
EXPECTED = ["v1", "v1", "v0", "v0", "v0", "v0", "v1", "v1", "v0", "v0", "v1", "v1"]


def test_these_people_have_these_variants_for_ever() -> None:
    found = split(0.5, 0.5)
    assert [found[key] for key in KEYS[:12]] == EXPECTED


def test_another_campaign_parts_them_in_another_way() -> None:
    one, other = split(0.5, 0.5), split(0.5, 0.5, campaign="other")
    assert 0.4 < sum(one[key] == other[key] for key in KEYS) / len(KEYS) < 0.6


def test_a_changed_share_moves_only_those_between_the_borders() -> None:
    before, after = split(0.2, 0.3, 0.5), split(0.2, 0.4, 0.4)
    moved = {(before[key], after[key]) for key in KEYS if before[key] != after[key]}
    assert moved == {("v2", "v1")}


def test_a_further_variant_moves_nobody_among_the_earlier_ones() -> None:
    before, after = split(0.2, 0.8), split(0.2, 0.5, 0.3)
    assert {(before[key], after[key]) for key in KEYS if before[key] != after[key]} == {("v1", "v2")}


def test_a_variant_is_for_those_who_fulfil_its_condition() -> None:
    shares = [Share("pro", 0.5, lambda cells: cells[0] == "pro"), Share("all", 0.5)]
    parts = Split("welcome", shares)
    assert {parts(key, ["free"]) for key in KEYS} == {"all"}
    assert {parts(key, ["pro"]) for key in KEYS} == {"pro", "all"}


def test_who_may_get_none_gets_the_campaigns_own_wording() -> None:
    parts = Split("welcome", [Share("pro", 1.0, lambda cells: cells[0] == "yes")])
    assert [parts("ann", [answer]) for answer in ("yes", "no")] == ["pro", ""]
    unknown = Split("welcome", [Share("pro", 1.0, lambda _cells: None)])
    assert unknown("ann", ()) == ""


@settings(max_examples=50)
@given(st.text(), st.lists(st.floats(0.001, 1), min_size=1, max_size=5))
def test_everybody_gets_one(key: str, widths: list[float]) -> None:
    parts = Split("welcome", [Share(str(number), width) for number, width in enumerate(widths)])
    assert parts(key, ()) == parts(key, ()) in {str(number) for number in range(len(widths))}

"""Variants: the campaign with other settings, for a part of its people."""

import pytest

from mailgrid.language.campaign import Variant
from tests.language.compiling import REST, campaign, codes, compile_content
from tests.language.test_settings import text

WITHOUT_SUBJECT = REST.replace('subject "Hi"', "")


def shares(*variants: str) -> list[float]:
    found = campaign("\n".join(f'variant v{number} {each} {{ subject "x" }}' for number, each in enumerate(variants)))
    return [variant.share for variant in found.variants]


@pytest.mark.parametrize(
    "variants, expected",
    [
        (("",), [1.0]),
        (("50%", "50%"), [0.5, 0.5]),
        (("10%", ""), [0.1, 0.9]),
        (("", "50%", ""), [0.25, 0.5, 0.25]),
        (("0.5%", "99.5%"), [0.005, 0.995]),
        (("33.3%", "33.3%", "33.4%"), [0.333, 0.333, 0.334]),
    ],
)
def test_shares(variants: tuple[str, ...], expected: list[float]) -> None:
    assert shares(*variants) == pytest.approx(expected)


def only(settings: str, rest: str = REST) -> Variant:
    (variant,) = campaign(settings, rest=rest).variants
    return variant


def test_a_variant_is_the_campaign_with_its_own_settings() -> None:
    variant = only('reply_to "help@acme.com"\nvariant short { subject "Short" }')
    assert (variant.name, variant.where, variant.campaign.variants) == ("short", None, ())
    assert text(variant.campaign.subject) == "Short"
    assert text(variant.campaign.reply_to) == "help@acme.com"
    assert variant.campaign.name == "welcome"


def test_a_body_of_a_variant_takes_the_place_of_all_bodies() -> None:
    variant = only('variant long { template "long.html" }')
    assert (variant.campaign.text, text(variant.campaign.template)) == (None, "long.html")


def test_what_is_repeatable_is_added_to() -> None:
    variant = only('header "X-One" "1"\nvariant short { header "X-Two" "2" }')
    assert [text(header.name) for header in variant.campaign.headers] == ["X-One", "X-Two"]


def test_who_may_get_it() -> None:
    assert only('variant pro where plan = "pro" { subject "Pro" }').where is not None


def test_what_every_variant_says_the_campaign_need_not_say() -> None:
    found = campaign('variant a 50% { subject "A" }\nvariant b 50% { subject "B" }', rest=WITHOUT_SUBJECT)
    assert [text(variant.campaign.subject) for variant in found.variants] == ["A", "B"]


@pytest.mark.parametrize(
    "settings",
    [
        'variant a 50% { subject "A" }\nvariant b 50% { reply_to "b@acme.com" }',
        'variant a where plan = "pro" { subject "A" }',
    ],
)
def test_what_one_variant_lacks_is_missing(settings: str) -> None:
    compiled = compile_content(f"campaign welcome {{\n{WITHOUT_SUBJECT}\n{settings}\n}}\n")
    assert (codes(compiled), compiled.campaigns) == (["MG209"], ())


@pytest.mark.parametrize("setting", ['to "{{ a }}"', "rate 5/s", "key id", "variant b { }", 'cc "a@b.c"', "take 5"])
def test_a_variant_decides_about_nothing_but_the_message(setting: str) -> None:
    compiled = compile_content(f"campaign welcome {{\n{REST}variant a {{\n{setting}\n}}\n}}\n")
    assert codes(compiled) == ["MG202"]


def test_variants_of_defaults_are_those_of_every_campaign() -> None:
    compiled = compile_content(
        f'defaults {{ variant a 50% {{ subject "A" }} }}\ncampaign one {{\n{REST}\nvariant b {{ subject "B" }}\n}}\n'
    )
    assert codes(compiled) == []
    (found,) = compiled.campaigns
    assert [(variant.name, variant.share) for variant in found.variants] == [("a", 0.5), ("b", 0.5)]


def test_a_mistake_in_a_variant_of_defaults_is_reported_without_any_campaign() -> None:
    assert codes(compile_content("defaults { variant a 50% { rate 5/s } }\n")) == ["MG202"]

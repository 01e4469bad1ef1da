"""Defaults: a campaign's own setting replaces them, repeatable ones add up."""

from tests.language.compiling import REST, campaign, codes, compile_content


def test_defaults_fill_what_a_campaign_lacks() -> None:
    found = campaign("", f"defaults {{\n{REST}workers 3\n}}\n", rest="")
    assert (found.sender.value, found.workers) == ("Ada <ada@acme.com>", 3)


def test_an_own_setting_replaces_the_default() -> None:
    found = campaign('workers 5\nsubject "Own"', f"defaults {{\n{REST}workers 3\n}}\n", rest="")
    assert (found.subject.value, found.workers) == ("Own", 5)


def test_headers_add_up() -> None:
    found = campaign('header "X-Two" "2"', 'defaults { header "X-One" "1" }\n')
    assert [header.name.value for header in found.headers] == ["X-One", "X-Two"]


def test_a_header_that_comes_twice_is_a_mistake_wherever_it_comes_from() -> None:
    compiled = compile_content(
        f'defaults {{ header "X-One" "1" }}\ncampaign welcome {{\n{REST}header "x-one" "2"\n}}\n',
    )
    assert codes(compiled) == ["MG203"]


def test_an_own_body_replaces_every_body_of_the_defaults() -> None:
    found = campaign("", 'defaults { template "default.html" }\n')
    assert found.template is None
    assert found.text


def test_order_makes_no_difference() -> None:
    compiled = compile_content(f"campaign welcome {{\n{REST}}}\ndefaults {{ workers 3 }}\n")
    assert [found.workers for found in compiled.campaigns] == [3]


def test_defaults_that_no_campaign_uses_are_checked() -> None:
    assert codes(compile_content("defaults {\nworkers 0\nnowhere 5\nsource nobody\n}\n")) == ["MG204", "MG201", "MG205"]


def test_a_mistake_in_defaults_is_said_once_for_all_campaigns() -> None:
    campaigns = "".join(f"campaign c{number} {{\n{REST}}}\n" for number in range(5))
    compiled = compile_content(f"defaults {{ workers 0 }}\n{campaigns}")
    assert codes(compiled) == ["MG204"]
    assert compiled.diagnostics.errors == 1

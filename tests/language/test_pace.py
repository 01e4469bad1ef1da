"""`rate`, `workers` and `max_size` of a transport that has a name."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from mailgrid.hookspecs import Option, OptionType
from mailgrid.language.campaign import Driver
from mailgrid.language.compiler import compile_text
from mailgrid.language.text import Text
from mailgrid.language.values import Rate
from tests.language.compiling import REST, campaign, codes, compile_content
from tests.language.example_kinds import KINDS, SMTP


def transport(block: str, driver: str = "smtp") -> Driver:
    """The transport `ses`, as a campaign has it."""
    found = campaign("transport ses", before=f"transport ses {driver} {{\n{block}\n}}").transport
    assert found
    return found


def test_every_transport_with_a_name_may_have_them() -> None:
    found = transport('host "localhost"\nrate 10/s burst 5\nworkers 4')
    assert (found.rate, found.burst, found.workers) == (Rate(Fraction(10), 1, "s"), 5, 4)
    assert found.options.keys() == {"host"}
    assert transport("rate 600/min", "stdout").rate == Rate(Fraction(600), 60, "min")


def test_the_largest_message_may_be_said_for_all() -> None:
    found = transport("max_size 25MB").max_size
    assert found
    assert found.octets == 25_000_000


def test_what_is_not_written_is_left_open() -> None:
    found = transport("rate 10/s")
    assert (found.burst, found.workers) == (None, None)
    assert transport('host "a"').rate is None


def test_they_are_not_the_campaigns_own() -> None:
    found = campaign("transport ses\nrate 20/s", before="transport ses smtp { rate 10/s }")
    assert (found.rate, found.burst, found.workers) == (Rate(Fraction(20), 1, "s"), None, 8)


@pytest.mark.parametrize("keyword,value", [("rate", "10/s"), ("workers", "4")])
def test_a_transport_without_a_name_has_none_for_nobody_could_share_them(keyword: str, value: str) -> None:
    compiled = compile_content(f"campaign welcome {{\n{REST}transport smtp {{ {keyword} {value} }}\n}}\n")
    (found,) = compiled.diagnostics
    assert found.code == "MG206"
    assert found.help_line == f"`{keyword}` is a setting of the campaign: move it out of this `{{ }}`"


@pytest.mark.parametrize(
    "written",
    [
        "rate 10",
        "rate 0/s",
        "rate",
        "rate 10/s burst",
        "rate 10/s burst 0",
        "rate 10/s 5",
        "workers 0",
        "workers 101",
        'workers "4"',
        'rate env("X")',
    ],
)
def test_a_value_of_another_type(written: str) -> None:
    assert codes(compile_content(f"transport ses smtp {{\n{written}\n}}\n")) == ["MG204"]


def test_a_broken_line_is_reported_once() -> None:
    assert codes(compile_content("transport ses smtp {\nrate 10/s @\n}\n")) == ["MG117"]


def test_a_driver_that_has_such_an_option_keeps_it() -> None:
    option = Option(name="rate", type=OptionType.INTEGER, help="of its own kind")
    kinds = replace(KINDS, transports={**KINDS.transports, "radio": replace(SMTP, name="radio", options=(option,))})
    text = Text(
        "x.mailgrid", f"transport ses radio {{\nrate 96\nworkers 2\n}}\ncampaign c {{\n{REST}transport ses\n}}\n"
    )
    compiled = compile_text(text, kinds, root=Path("/nonexistent"))
    assert codes(compiled) == []
    found = compiled.campaigns[0].transport
    assert found
    assert (found.options["rate"].value, found.rate, found.workers) == (96, None, 2)


def test_a_quota_and_another_transport_are_known() -> None:
    found = campaign(
        "transport ses",
        before="transport ses smtp otherwise backup {\nquota 50000/day\n}\ntransport backup stdout\n",
    ).transport
    assert found
    assert found.quota
    assert (found.quota.span.source, found.quota.value) == ("quota 50000/day", Rate(Fraction(50000), 86400, "day"))
    assert found.otherwise
    assert (found.otherwise.span.source, found.otherwise.value) == ("backup", "backup")


def test_another_transport_has_to_be_there() -> None:
    content = "transport ses smtp otherwise bakcup\ntransport backup stdout\n"
    (found,) = compile_content(content).diagnostics
    assert (found.code, found.span and found.span.source) == ("MG205", "bakcup")
    assert "did you mean `backup`" in found.help_line

"""Each setting of a campaign reaches the field that it is for, as the value that was written."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from mailgrid.language.ast import And, Column, Compare, Expr
from mailgrid.language.campaign import Header, Quoted, Retry, Stop
from mailgrid.language.values import Percent, Rate
from mailgrid.language.vocabulary import VOCABULARY
from tests.language.compiling import REST, campaign, codes, compile_content


def text(field: Quoted | None) -> str:
    assert field
    return field.value


def test_what_is_not_written_has_the_documented_default() -> None:
    found = campaign("")
    assert (found.name, found.kind, found.workers, found.title) == ("welcome", "marketing", 8, "")
    assert (found.retry, found.stop, found.take, found.rate, found.burst) == (Retry(), None, None, None, None)
    assert (found.transport, found.where, found.key, found.edition, found.zone) == (None,) * 5


def test_texts() -> None:
    found = campaign(
        'to "{{ name }} <{{ email }}>"\nreply_to "help@acme.com"\nedition "w18"\nzone "Europe/Paris"\ntitle "Spring"',
    )
    assert text(found.sender) == "Ada <ada@acme.com>"
    assert text(found.to) == "{{ name }} <{{ email }}>"
    assert text(found.reply_to) == "help@acme.com"
    assert text(found.edition) == "w18"
    assert text(found.zone) == "Europe/Paris"
    assert found.title == "Spring"


def test_a_text_knows_its_literal_with_its_quotes() -> None:
    assert campaign("").subject.span.source == '"Hi"'


def test_repeatable_settings_keep_their_order() -> None:
    found = campaign('cc "a@b.c"\ncc "d@e.f"\nbcc "g@h.i"\nheader "X-One" "1"\nheader "X-Two" "2"')
    assert [text(each) for each in found.cc] == ["a@b.c", "d@e.f"]
    assert [text(each) for each in found.bcc] == ["g@h.i"]
    assert [(text(header.name), text(header.value)) for header in found.headers] == [("X-One", "1"), ("X-Two", "2")]
    assert isinstance(found.headers[0], Header)


def test_template_with_a_plain_text_file() -> None:
    found = campaign('template "a.html" text "a.txt"', rest=REST.replace('text    "Hi"', ""))
    assert (text(found.template), text(found.template_text), found.text) == ("a.html", "a.txt", None)


@pytest.mark.parametrize("written", ["10/s", '"10/s"', "'10/s'"])
def test_rate(written: str) -> None:
    found = campaign(f"rate {written} burst 50")
    assert (found.rate, found.burst) == (Rate(Fraction(10), 1, "s"), 50)


@pytest.mark.parametrize(
    "written, expected",
    [
        ("retry 5", Retry(attempts=5)),
        ("retry for 6h", Retry(period=timedelta(hours=6))),
        (
            "retry 5 for 6h backoff 30s max 1h jitter 20%",
            Retry(5, timedelta(hours=6), timedelta(seconds=30), timedelta(hours=1), 0.2),
        ),
        ("retry jitter 0% max 2d", Retry(jitter=0.0, longest=timedelta(days=2))),
    ],
)
def test_retry(written: str, expected: Retry) -> None:
    assert campaign(written).retry == expected


@pytest.mark.parametrize(
    "written, expected",
    [("stop after 50 failures", Stop(50)), ("stop after 2.5% failures", Stop(Percent(Decimal("2.5"))))],
)
def test_stop(written: str, expected: Stop) -> None:
    assert campaign(written).stop == expected


def test_numbers_and_words() -> None:
    found = campaign("workers 100\ntake 1_000\nkind transactional\nkey id")
    assert (found.workers, found.take, found.kind, text(found.key)) == (100, 1000, "transactional", "id")


def test_a_key_may_be_any_column() -> None:
    assert text(campaign("key `Order No`").key) == "Order No"


@pytest.mark.parametrize(
    "written",
    [
        "workers 0",
        "workers 101",
        "workers 1.5",
        "workers -1",
        'workers "4"',
        "take 0",
        "rate 0/s",
        'rate "ten"',
        "rate 10/s burst 0",
        "rate 10/s burst",
        "rate 10/s burst 5 burst 6",
        "retry for",
        "retry jitter 101%",
        "retry 5 6",
        "stop 5",
        "stop after 0 failures",
        "stop after 101% failures",
        "kind both",
        "key",
        "title",
        'title "a" "b"',
        'header "X-One"',
        'cc env("CC")',
        "edition 2026",
    ],
)
def test_a_wrong_argument_says_what_is_wanted(written: str) -> None:
    compiled = compile_content(f"campaign welcome {{\n{REST}{written}\n}}\n")
    assert compiled.campaigns == ()
    assert {"MG204", "MG105"} >= set(codes(compiled)) != set()


def test_conditions_are_joined() -> None:
    found = campaign("where a\nwhere b = 1")
    assert isinstance(found.where, And)
    assert [type(part) for part in found.where.parts] == [Column, Compare]


def test_one_condition_stays_as_it_is() -> None:
    condition: Expr | None = campaign("where a").where
    assert isinstance(condition, Column)


@pytest.mark.parametrize("keyword", VOCABULARY)
def test_every_example_of_the_vocabulary_is_right(keyword: str) -> None:
    example = VOCABULARY[keyword].example.replace("...", "")
    inside = "campaign" in VOCABULARY[example.split()[0]].places
    content = f"campaign welcome {{\n{example}\n}}\n" if inside else f"{example}\n"
    assert not {"MG201", "MG202", "MG203", "MG204"} & set(codes(compile_content(content)))


def test_no_campaign_comes_out_of_a_file_with_a_mistake() -> None:
    compiled = compile_content(f"campaign one {{\n{REST}}}\ncampaign two {{\n{REST}workers 0\n}}\n")
    assert compiled.campaigns == ()


def test_relative_paths_are_meant_from_the_file(tmp_path: Path) -> None:
    from mailgrid.language.compiler import compile_file
    from tests.language.example_kinds import KINDS

    path = tmp_path / "a.mailgrid"
    path.write_text(f"campaign welcome {{\n{REST}}}\n")
    (found,) = compile_file(path, KINDS, root=tmp_path).campaigns
    assert (found.folder, found.path, found.subject.folder, found.source.folder) == (tmp_path, path, tmp_path, tmp_path)

"""Settings of the message, of bulk mail and of time reach the field that they are for."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from mailgrid.language.ast import Compare
from mailgrid.language.campaign import Dkim, Inline, Limit, Quoted, Reference, Schedule, Unsubscribe, Window
from mailgrid.language.values import Percent, Rate
from tests.language.compiling import ANYWHERE, REST, campaign, codes, compile_content
from tests.language.test_settings import text


def test_attachments() -> None:
    first, second = campaign(
        'attach "a.pdf"\nattach pdf "b.html" as "B {{ id }}.pdf" missing skip where plan = "team"'
    ).attachments
    assert (text(first.file), first.name, first.pdf, first.needed, first.where) == ("a.pdf", None, False, True, None)
    assert (text(second.file), text(second.name), second.pdf, second.needed) == (
        "b.html",
        "B {{ id }}.pdf",
        True,
        False,
    )
    assert isinstance(second.where, Compare)


def test_a_picture() -> None:
    (picture,) = campaign('inline "img/logo.png" as logo').inlines
    assert isinstance(picture, Inline)
    assert (text(picture.file), text(picture.cid)) == ("img/logo.png", "logo")


@pytest.mark.parametrize(
    "written, mailto, one_click",
    [
        ('unsubscribe "https://acme.com/u"', None, False),
        ('unsubscribe "https://acme.com/u" one_click', None, True),
        ('unsubscribe "https://acme.com/u" one_click mailto "u@acme.com"', "u@acme.com", True),
    ],
)
def test_unsubscribe(written: str, mailto: str | None, one_click: bool) -> None:
    found = campaign(written).unsubscribe
    assert isinstance(found, Unsubscribe)
    assert (found.mailto and found.mailto.value, found.one_click) == (mailto, one_click)


def test_headers_of_bulk_mail() -> None:
    found = campaign('return_path "b@acme.com"\nlist_id "news.acme.com"\nfeedback_id "a:b:c:d"\nprecedence bulk')
    assert [text(each) for each in (found.return_path, found.list_id, found.feedback_id)] == [
        "b@acme.com",
        "news.acme.com",
        "a:b:c:d",
    ]
    assert found.precedence == "bulk"


def test_two_signatures() -> None:
    first, second = campaign(
        'dkim selector "a" domain "acme.com" key "a.pem"\ndkim domain "acme.com" selector "b" key secret("KEY")'
    ).dkim
    assert isinstance(first, Dkim)
    assert (text(first.domain), text(first.selector)) == ("acme.com", "a")
    assert second.key == Reference(ANYWHERE, "secret", "KEY")


@pytest.mark.parametrize(
    "written, domain, burst",
    [
        ('limit domain "gmail.com" 10/s burst 20', "gmail.com", 20),
        ("limit domain any 10/s", None, None),
    ],
)
def test_limits(written: str, domain: str | None, burst: int | None) -> None:
    (limit,) = campaign(written).limits
    assert isinstance(limit, Limit)
    assert (limit.domain and limit.domain.value, limit.rate, limit.burst) == (domain, Rate(Fraction(10), 1, "s"), burst)


def test_quota_and_sample() -> None:
    found = campaign("quota 50000/day\nsample 0.5%")
    assert found.quota == Rate(Fraction(50000), 86400, "day")
    assert found.sample == Percent(Decimal("0.5"))


def test_times() -> None:
    found = campaign("schedule at 2026-05-04T09:00Z expires 4h\nwindow 09:00 to 18:00 on weekdays\non_doubt skip")
    assert found.schedule == Schedule(datetime(2026, 5, 4, 9, tzinfo=UTC), timedelta(hours=4))
    assert found.window == Window(time(9), time(18), weekdays=True)
    assert found.on_doubt == "skip"
    assert campaign("window 22:00 to 06:00 on everyday").window == Window(time(22), time(6))


def test_suppressions() -> None:
    before = 'source gone csv "gone.csv"\n'
    first, second = campaign('suppress csv "a.csv" column `E mail` where is_off\nsuppress gone', before).suppressions
    assert (first.source.driver, text(first.column), first.source.where is not None) == ("csv", "E mail", True)
    assert (second.source.name, second.column) == ("gone", None)


def test_observers_are_for_all_campaigns_of_the_file() -> None:
    (observer,) = campaign("", 'observe webhook "https://acme.com/mail"\n').observers
    assert isinstance(observer.location, Quoted)
    assert (observer.driver, text(observer.location)) == ("webhook", "https://acme.com/mail")


def test_test_addresses_and_former_names() -> None:
    found = campaign('test "ada@acme.com" "bob@acme.com"\nformerly old\nformerly older')
    assert [text(each) for each in found.test] == ["ada@acme.com", "bob@acme.com"]
    assert [text(each) for each in found.formerly] == ["old", "older"]


def test_places_are_those_of_the_keywords() -> None:
    found = campaign('attach "a.pdf"\nvariant one { attach "b.pdf" }')
    assert [place.source for place in found.places["attach"]] == ["attach", "attach"]
    assert found.places["subject"][0].source == "subject"
    assert "quota" not in found.places


def test_repeatable_defaults_are_added_to() -> None:
    compiled = compile_content(
        f'defaults {{\nlimit domain any 1/s\nattach "a.pdf"\n}}\n'
        f'campaign welcome {{\n{REST}limit domain "b.c" 2/s\nattach "b.pdf"\n}}\n'
    )
    (found,) = compiled.campaigns
    assert codes(compiled) == []
    assert [text(each.file) for each in found.attachments] == ["a.pdf", "b.pdf"]
    assert len(found.limits) == 2

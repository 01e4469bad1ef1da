import sys
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.errors import TemplateError
from mailgrid.message.sandbox import Mode
from mailgrid.message.scope import Record
from mailgrid.message.template import Engine
from tests.examples import examples
from tests.message.letters import renderer, write

ENGINE = Engine(known=frozenset({"now", "vars"}), records={"vars": frozenset({"lang"})}, root=None)
PARIS = datetime(2026, 5, 1, 9, 30, tzinfo=timezone(timedelta(hours=2)))


def filled(source: str, value: object, lang: object = "", **names: object) -> str:
    template = ENGINE.compile("{{ value | " + source + " }}", "a", Mode.TEXT)
    return template({"value": value, "lang": lang, "now": PARIS, "vars": Record({}), **names}).replace("\u202f", " ")


@pytest.mark.parametrize(
    "source, value, lang, text",
    [
        ("date", "2026-05-31", "", "May 31, 2026"),
        ("date", date(2026, 5, 31), "de", "31.05.2026"),
        ('date("long")', "2026-05-31", "fr", "31 mai 2026"),
        ('date("long")', "2026-05-31", "pt-BR", "31 de maio de 2026"),
        ('date("EEEE, d MMMM")', "2026-05-31", "it", "domenica, 31 maggio"),
        ('date("long", lang="es")', "2026-05-31", "de", "31 de mayo de 2026"),
        ("date", datetime(2026, 5, 31, 23, tzinfo=UTC), "de", "01.06.2026"),
        ("time", datetime(2026, 5, 31, 23, tzinfo=UTC), "de", "01:00"),
        ("time", "17:05", "en-US", "5:05 PM"),
        ("datetime", "2026-05-31T17:05", "de", "31.05.2026, 17:05:00"),
        ("number", "1234567.891", "de", "1.234.567,891"),
        ("number", 1234.5, "fr", "1 234,5"),
        ("number(2)", "1 234", "en", "1,234.00"),
        ("number(0)", Decimal("2.5"), "en", "2"),
        ("percent", "0.256", "en", "26%"),
        ("percent(1)", "0.256", "de", "25,6\xa0%"),
        ('money("EUR")', "1234.5", "de", "1.234,50\xa0€"),
        ('money("JPY")', 1234, "en", "¥1,234"),
        ('money("usd")', "-5", "en", "-$5.00"),
        ("date", "", "de", ""),
        ("number", None, "de", ""),
        ("date", "2026-05-31", "klingon", "May 31, 2026"),
        ("date", "2026-05-31", None, "May 31, 2026"),
    ],
)
def test_values_are_written_as_people_do_where_they_are(source: str, value: object, lang: object, text: str) -> None:
    assert filled(source, value, lang) == text


@pytest.mark.parametrize(
    "source, value, words",
    [
        ("date", "31/05/2026", "no date like"),
        ("date", 7, "no date like"),
        ("date", "12:00", "no date like"),
        ("time", "2026-05-31", "no time"),
        ("datetime", "2026-05-30", "no day with a time"),
        ("number", "12,5", "no number like"),
        ("number", "1e99999", "too large"),
        ("number", "nan", "too large"),
        ("number(99)", "1", "from 0 to 20"),
        ('money("euros")', "1", "three letters"),
        ('date("' + "y" * 60 + '")', "2026-05-31", "a form is"),
    ],
)
def test_what_cannot_be_read_fails_without_being_repeated(source: str, value: object, words: str) -> None:
    with pytest.raises(TemplateError, match=words) as caught:
        filled(source, value)
    assert str(value) not in caught.value.message or len(str(value)) < 3


@given(
    st.text(max_size=20) | st.floats() | st.dates(),
    st.text(max_size=12),
    st.sampled_from(["date", "number", "percent", 'money("EUR")']),
)
@examples(100)
def test_nothing_else_can_happen(value: object, lang: str, source: str) -> None:
    with suppress(TemplateError):
        assert len(filled(source, value, lang)) < 200


def test_the_language_may_be_everybodys() -> None:
    assert filled('date("long")', "2026-05-31", vars=Record({"lang": "de"})) == "31. Mai 2026"


def test_the_column_with_the_language_is_kept() -> None:
    assert renderer(subject="{{ day | date }}").needed(("email", "name", "day", "lang", "x")) == (
        "email",
        "name",
        "day",
        "lang",
    )
    assert b"Subject: 31.05.2026" in write(subject="{{ '2026-05-31' | date(lang='de') }}").content


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "babel", None)
    with pytest.raises(TemplateError) as caught:
        ENGINE.compile("{{ a | date }}", "a", Mode.TEXT)
    assert (caught.value.code, caught.value.hint) == ("MG508", 'install it: pip install "mailgrid[locale]"')

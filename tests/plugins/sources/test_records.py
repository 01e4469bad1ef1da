import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailgrid.testing import check_source
from tests.plugins.sources.rows_of import Listed

PEOPLE: list[dict[str, Any]] = [
    {"email": "ann@x.example", "address": {"city": "Paris", "geo": {"lat": 48.85}}, "age": 30, "tags": ["a", "b"]},
    {"email": "bob@x.example", "address": {"city": None}, "age": 31.5, "vip": True, "extra": {}},
]


def text(driver: str, records: list[Any]) -> str:
    return "\n".join(map(json.dumps, records)) if driver == "jsonl" else json.dumps(records, indent=2)


@pytest.fixture(params=["json", "jsonl"])
def driver(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_keeps_the_contract(tmp_path: Path, driver: str) -> None:
    check_source(Listed(driver, tmp_path / "list", text(driver, PEOPLE)).open)


def test_fields_within_fields_are_columns(tmp_path: Path, driver: str) -> None:
    people = Listed(driver, tmp_path / "list", text(driver, PEOPLE))
    assert people.columns() == {
        "email": None,
        "address.city": None,
        "address.geo.lat": "number",
        "age": "number",
        "tags": "list",
        "vip": "yes/no",
    }
    found = [cells for _, cells in people.rows("email", "address.city", "address.geo.lat", "age", "vip", "unheard")]
    assert found == [
        ["ann@x.example", "Paris", Decimal("48.85"), 30, None, None],
        ["bob@x.example", None, None, Decimal("31.5"), True, None],
    ]


def test_a_name_may_hold_dots_itself(tmp_path: Path, driver: str) -> None:
    people = Listed(driver, tmp_path / "list", text(driver, [{"a.b": {"c.d": 1}, "e": 3}]))
    assert people.rows("a.b.c.d", "e") == [(people.rows()[0][0], [1, 3])]


def test_records_have_the_lines_on_which_they_begin(tmp_path: Path) -> None:
    assert [line for line, _ in Listed("jsonl", tmp_path / "a", '\n{"a": 1}\n\n{"a": 2}').rows()] == [2, 4]
    assert [line for line, _ in Listed("json", tmp_path / "b", '[\n\n{"a":\n1},\n{"a": 2}, {"a": 3}]').rows()] == [
        3,
        5,
        5,
    ]


def test_a_field_that_comes_late_is_read(tmp_path: Path, driver: str) -> None:
    people = Listed(driver, tmp_path / "list", text(driver, [*({"a": number} for number in range(1200)), {"b": 7}]))
    assert "b" not in people.columns()
    assert people.rows("a", "b")[-1][1] == [None, 7]


@pytest.mark.parametrize("path", ["data.items", "data.more.items"])
def test_the_list_may_stand_within(tmp_path: Path, path: str) -> None:
    within: dict[str, Any] = {"total": 12, "data": {"skip": [{"items": 1}], "items": PEOPLE, "more": {"items": PEOPLE}}}
    people = Listed("json", tmp_path / "list.json", json.dumps(within))
    assert [cells[0] for _, cells in people.rows(records=path)] == ["ann@x.example", "bob@x.example"]


@pytest.mark.parametrize(
    "content, line, message",
    [
        ("", 1, "is empty"),
        ("[]", 0, "has no record"),
        ('{"items": []}', 1, "is no list"),
        ('[{"a": 1}, 3]', 1, "this is no record"),
        ('[{"a": 1},\n{"a": }]', 2, "is not JSON: expecting value"),
        ('[{"a": 1},\n{"a": "x', 2, "is not JSON: unterminated string"),
        ('[{"a": 1}\n{"a": 2}]', 2, "is not JSON: expected `,` or `]`, found `{`"),
        ('[{"a": 1}', 1, "expected `,` or `]`, found the end"),
        ('[{"a": 1}]\n[]', 2, "something follows the list"),
        ('[{"a": NaN}]', 1, "there is no number NaN"),
        ("[" * 100_000, 1, "is not JSON: nested too deep"),
        ('{"items": 3}', 1, "`items` is no list"),
        ('{"item": []}', 1, "there is no `items`, and so no `items`"),
    ],
)
def test_bad_json(tmp_path: Path, content: str, line: int, message: str) -> None:
    options = {"records": "items"} if "`items`" in message else {}
    error = Listed("json", tmp_path / "list.json", content).error(**options)
    assert message in error.message
    assert error.line == line


@pytest.mark.parametrize(
    "content, message",
    [
        ('{"a": 1}\n{"a": 2', "is not JSON: expecting ',' delimiter at column 8"),
        ('{"a": 1}\n[1]', "this is no record"),
        ('{"a": 1}\n{"a": Infinity}', "there is no number Infinity"),
        ('{"a": 1}\n' + '{"a":' * 100_000, "nested too deep"),
        ('{"a": 1}\n{"a": ' + "9" * 5000 + "}", "is not JSON"),
        (b'{"a": 1}\n{"a": "\xff"}', "byte 0xFF at column 8 is not utf-8"),
    ],
)
def test_bad_lines(tmp_path: Path, content: bytes | str, message: str) -> None:
    error = Listed("jsonl", tmp_path / "list.jsonl", content).error()
    assert message in error.message
    assert error.line == 2


def test_a_truncated_gzip_is_an_error(tmp_path: Path, driver: str) -> None:
    packed = gzip.compress(text(driver, PEOPLE * 20_000).encode())
    error = Listed(driver, tmp_path / "list.gz", packed[:-500]).error()
    assert "cannot be read to its end" in error.message
    assert error.line > 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(st.lists(st.fixed_dictionaries({"email": st.text(max_size=5), "x": VALUES}), min_size=1, max_size=4), st.data())
def test_both_read_the_same_wherever_the_text_is_parted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, records: list[dict[str, Any]], data: st.DataObject
) -> None:
    monkeypatch.setattr("mailgrid_plugins.sources.text_file._CHUNK", data.draw(st.integers(1, 40)))
    lines = Listed("jsonl", tmp_path / "list.jsonl", text("jsonl", records))
    listed = Listed("json", tmp_path / "list.json", json.dumps(records, ensure_ascii=False, indent=1))
    found = [cells for _, cells in lines.rows()]
    assert [cells for _, cells in listed.rows()] == found
    assert [cells[0] for _, cells in lines.rows("email")] == [record["email"] for record in records]

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Test
from mailgrid.language.expressions import Scope, compile_where
from mailgrid.language.parser import parse_condition
from mailgrid.language.text import Text
from mailgrid.testing import check_source
from tests.plugins.opening import open_kind
from tests.plugins.sources.test_prefilter import TEXTS, VALUES, conditions, quoted
from tests.plugins.web.web_server import Page, web_server


def parquet(file: Path, query: str, values: Any = None) -> Path:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet)", values)
    return file


@pytest.fixture
def people(tmp_path: Path) -> Path:
    rows = "(VALUES ('ann@x.example', ' FR', 30), ('bob@x.example', 'DE', NULL)) AS people(email, country, age)"
    return parquet(tmp_path / "people.parquet", f"SELECT * FROM {rows}").parent


def rows(source: Any, *tests: Test) -> list[tuple[int, list[Any]]]:
    with closing(source):
        return [(row, list(cells)) for row, cells in source.rows([each.name for each in source.columns], tests)]


def test_keeps_the_contract(people: Path) -> None:
    check_source(lambda: open_kind("sources.parquet", "people.parquet", root=people))


def test_only_what_is_wanted_is_read(people: Path) -> None:
    with closing(open_kind("sources.parquet", "people.parquet", root=people)) as source:
        tests = [
            Test(column="country", operator="in", values=("FR", "it's")),
            Test(column="age", operator="is not empty"),
        ]
        assert list(source.rows(["email"], tests)) == [(1, ["ann@x.example"])]
        assert source.query == (
            'SELECT "email" FROM (SELECT * FROM rows ) AS asked '
            "WHERE trim(\"country\", :blanks) IN ('FR', 'it''s') AND \"age\" IS NOT NULL"
        )
        assert source.prefiltered


def test_columns_have_their_types(tmp_path: Path) -> None:
    query = """SELECT 'a' AS a, 1.50::DECIMAL(9, 2) AS b, true AS c, DATE '2026-05-01' AS d, 7::UTINYINT AS e,
        TIMESTAMPTZ '2026-05-01 12:00:00+00' AS f, ['x'] AS g, {'h': 1} AS h, INTERVAL 1 DAY AS i,
        '3f333df6-90a4-4fda-8dd3-9485d27cee36'::UUID AS j, 'k'::BLOB AS k, 2.5::DOUBLE AS l"""
    parquet(tmp_path / "a.parquet", query)
    with closing(open_kind("sources.parquet", "a.parquet", root=tmp_path)) as source:
        types = ["text", "number", "yes/no", "date", "number", "datetime", "list", None, None, None, None, "number"]
        assert [column.type for column in source.columns] == types
        ((_, cells),) = source.rows([column.name for column in source.columns])
    assert cells[:5] == ["a", Decimal("1.50"), True, date(2026, 5, 1), 7]
    assert cells[5] == datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert cells[6:] == [["x"], {"h": 1}, timedelta(days=1), "3f333df6-90a4-4fda-8dd3-9485d27cee36", b"k", 2.5]


def test_files_are_joined(people: Path) -> None:
    (people / "orders.csv").write_text("email,total\nann@x.example,007\nann@x.example,8\n")
    (people / "more.jsonl").write_text('{"email": "bob@x.example", "vip": true}\n')
    query = (
        "SELECT p.email, o.total, m.vip FROM p LEFT JOIN o USING (email) LEFT JOIN m USING (email) ORDER BY ALL -- x\n;"
    )
    tables = ("p=people.parquet", "o = orders.csv", "m=more.jsonl")
    found = rows(open_kind("sources.files", root=people, tables=tables, query=query))
    assert [cells for _, cells in found] == [
        ["ann@x.example", "007", None], ["ann@x.example", "8", None], ["bob@x.example", None, True],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM 'secret.csv'",
        "SELECT * FROM read_text('secret.csv')",
        "SELECT * FROM 'https://x.example/a.parquet'",
        "COPY p TO 'people.parquet'",
        "SELECT 1; SELECT 2",
        "SELECT 1) AS x; COPY (SELECT 1) TO 'people.parquet'; SELECT * FROM (SELECT 1",
        "ATTACH 'x.db'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "SELECT nothing FROM p",
        "SELECT * FROM nowhere",
        "",
    ],
)
def test_a_query_that_asks_for_more_than_it_was_shown(people: Path, query: str) -> None:
    (people / "secret.csv").write_text("email\nx@x\n")
    before = (people / "people.parquet").read_bytes()
    with pytest.raises(SourceError, match="the query"):
        rows(open_kind("sources.files", root=people, tables=("p=people.parquet",), query=query))
    assert (people / "people.parquet").read_bytes() == before


@pytest.mark.parametrize(
    "location, content, message",
    [
        ("none.parquet", None, "there is no such file"),
        ("list.jsonl", b'{"a": 1}\n{"a":', "cannot be read: "),
        ("cut.parquet", b"PAR1", "cannot be read: "),
        (None, None, "`parquet` wants a file or an `url`, not both"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, location: str | None, content: bytes | None, message: str) -> None:
    if content and location:
        (tmp_path / location).write_bytes(content)
    options: dict[str, Any] = (
        {} if location != "list.jsonl" else {"tables": (f"p={location}",), "query": "SELECT * FROM p"}
    )
    with pytest.raises(SourceError) as caught:
        rows(
            open_kind(
                "sources.parquet" if location != "list.jsonl" else "sources.files", location, root=tmp_path, **options
            )
        )
    assert message in caught.value.message


def test_a_file_from_elsewhere(people: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    content = (people / "people.parquet").read_bytes()
    with web_server(tmp_path_factory.mktemp("web")) as server:
        server.pages = {"/people?key=x": Page(content), "/cut": Page(content, cut=9)}
        options: dict[str, Any] = {"allow_hosts": ("localhost",), "ca": server.ca}
        assert len(rows(open_kind("sources.parquet", url=server.url("/people?key=x"), **options))) == 2
        with pytest.raises(SourceError, match="ends early"):
            open_kind("sources.parquet", url=server.url("/cut"), **options)
        with pytest.raises(SourceError, match="not public"):
            open_kind("sources.parquet", url=server.url("/people"), ca=server.ca)


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cells = [*TEXTS, "\0", "FR\0", "\0FR"]
    pairs = [(number, a, b) for number, (a, b) in enumerate((a, b) for a in cells for b in (a, "FR", None))]
    columns = [list(column) for column in zip(*pairs, strict=True)]
    folder = tmp_path_factory.mktemp("awkward")
    parquet(
        folder / "a.parquet",
        "SELECT unnest(?::INT[]) AS i, unnest(?::VARCHAR[]) AS a, unnest(?::VARCHAR[]) AS b",
        columns,
    )
    return folder


def compare(folder: Path, condition: str) -> bool:
    """Check that the same people match; tell whether rows stayed away."""
    everybody = rows(open_kind("sources.parquet", "a.parquet", root=folder, prefilter=False))
    source = open_kind("sources.parquet", "a.parquet", root=folder)
    scope = Scope(columns=source.columns, complete=True, source="t", now=datetime.now(UTC), zone=UTC)
    match = compile_where(parse_condition(Text("where", condition))[0], scope).match
    assert match, condition
    test = match.bind(["i", "a", "b"])
    found = rows(source, *match.simple_tests)
    assert [cells for _, cells in found if test(cells)] == [cells for _, cells in everybody if test(cells)], condition
    return len(found) < len(everybody)


def test_every_test_gives_the_same_people_and_some_rows_stay_away(awkward: Path) -> None:
    for value in VALUES:
        assert compare(awkward, f"a = {quoted(value)}") == bool(value.strip())
    assert compare(awkward, 'a in ("fr", "7") and b is not empty')


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(condition=conditions)
def test_any_condition_gives_the_same_people(awkward: Path, condition: str) -> None:
    compare(awkward, condition)

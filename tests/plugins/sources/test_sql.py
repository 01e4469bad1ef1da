import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Secret, Test
from mailgrid.testing import check_source
from tests.mariadb import MISSING, mariadb
from tests.plugins.opening import open_kind
from tests.postgres import postgres

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
needs_mariadb = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@pytest.fixture(params=["sqlite", "postgresql", pytest.param("mariadb", marks=needs_mariadb)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> "Database":
    servers = {"postgresql": postgres, "mariadb": mariadb}
    server = servers.get(request.param)
    made = Database(server() if server else f"sqlite:///{tmp_path / 'people.db'}", tmp_path)
    made.act("DROP TABLE IF EXISTS people", "CREATE TABLE people (email text, country text, age integer)")
    made.act("INSERT INTO people VALUES ('ann@x.example', ' FR', 30), ('bob@x.example', 'DE', NULL)")
    return made


class Database:
    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder
        self.url = url
        self.location = "sqlite:///people.db" if url.startswith("sqlite") else url
        self.prefilters = not url.startswith("mysql")

    def act(self, *statements: str) -> None:
        engine = create_engine(self.url.replace("mysql:", "mysql+pymysql:"))
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def open(self, query: str = "SELECT * FROM people ORDER BY email", **options: Any) -> Any:
        return open_kind("sources.sql", self.location, root=self.folder, query=query, **options)

    def rows(self, query: str = "SELECT * FROM people ORDER BY email", *tests: Test, **options: Any) -> list[list[Any]]:
        with closing(self.open(query, **options)) as source:
            return [list(cells) for _, cells in source.rows([column.name for column in source.columns], tests)]

    def error(self, query: str, **options: Any) -> str:
        with pytest.raises(SourceError) as caught:
            self.rows(query, **options)
        return caught.value.message


def test_keeps_the_contract(database: Database) -> None:
    check_source(database.open)


def test_only_what_is_wanted_is_asked_for(database: Database) -> None:
    with closing(database.open("SELECT * FROM people")) as source:
        tests = [Test(column="country", operator="=", values=("FR",)), Test(column="email", operator="is not empty")]
        found = list(source.rows(["email"], tests))
        assert source.query.startswith("SELECT asked.email FROM (SELECT * FROM people ) AS asked")
        assert "age" not in source.query
        assert source.prefiltered == database.prefilters
        if database.prefilters:
            assert found == [(1, ["ann@x.example"])]
            assert "= 'FR'" in source.query


@pytest.mark.parametrize("order", ["ASC", "DESC"])
def test_rows_come_in_the_order_that_the_query_has(database: Database, order: str) -> None:
    expected = [["ann@x.example", 30], ["bob@x.example", None]]
    with closing(database.open(f"SELECT email, country, age FROM people\norder  by email {order}")) as source:
        found = [list(cells) for _, cells in source.rows(["email", "age"])]
    assert found == (expected if order == "ASC" else expected[::-1])


def test_without_prefilter_every_row_comes(database: Database) -> None:
    with closing(database.open(prefilter=False)) as source:
        assert len(list(source.rows(["email"], [Test(column="country", operator="=", values=("FR",))]))) == 2
        assert not source.prefiltered


@pytest.mark.parametrize("value", ["DE", "'; DROP TABLE people; --", "' OR '1'='1", "\\", "%", 'x"', ":country", ""])
def test_parameters_are_values_whatever_they_hold(database: Database, value: str) -> None:
    query = "SELECT email FROM people WHERE country = :country -- not :this, and not ':that'"
    found = database.rows(query, parameters=(f"country={value}",))
    assert found == ([["bob@x.example"]] if value == "DE" else [])
    assert len(database.rows()) == 2


def test_a_colon_in_quotes_is_a_colon(database: Database) -> None:
    assert database.rows("""SELECT ':x' AS a, 'it''s :y' AS ":z" /* :w */;""") == [[":x", "it's :y"]]


@pytest.mark.parametrize(
    "query, parameters, message",
    [
        ("SELECT :a AS b", (), "the parameter `:a` has no value"),
        ("SELECT 1 AS b", ("a=1",), "the parameter `:a` is not in the query"),
        ("SELECT :a AS b", ("a",), "a parameter is written name=value"),
    ],
)
def test_parameters_that_do_not_fit(database: Database, query: str, parameters: tuple[str, ...], message: str) -> None:
    assert database.error(query, parameters=parameters) == message


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM people",
        "DELETE FROM people RETURNING *",
        "WITH gone AS (DELETE FROM people RETURNING *) SELECT * FROM gone",
        "SELECT 1) AS x; DELETE FROM people; SELECT * FROM (SELECT 1",
        "SELECT 1) AS x; COMMIT; DELETE FROM people; SELECT * FROM (SELECT 1",
        "SELECT * FROM nowhere",
        "SELECT nothing FROM people",
        "",
    ],
)
def test_a_query_that_fails_or_would_change_something(database: Database, query: str) -> None:
    title, said = database.error(query).split(": the query fails: ")
    assert title in {"sqlite:///people.db", "postgresql:///postgres", database.location.replace("root@", "")}
    assert not said.startswith("(")
    assert len(database.rows()) == 2


def test_the_database_itself_refuses_to_write(database: Database) -> None:
    with closing(database.open()) as source, pytest.raises(Exception, match=r"(?i)read[- ]?only"):
        source._connection.execute(text("DELETE FROM people"))


def test_a_query_that_fails_on_the_way_says_where_and_repeats_no_row() -> None:
    database = Database(postgres(), Path())
    query = "SELECT CASE WHEN n = 2500 THEN 'bob@x.example'::int ELSE n END AS n FROM generate_series(1, 5000) AS n"
    message = database.error(query.replace("'bob@x.example'", "(n || '@x.example')"))
    assert "after row 2,001: invalid input syntax for type integer" in message
    assert "@" not in message


def test_rows_stay_at_the_server_until_they_are_wanted() -> None:
    database = Database(postgres(), Path())
    with closing(database.open("SELECT generate_series(1, 1000000000) AS n, repeat('x', 1000) AS t")) as source:
        assert [cells for _, cells in zip(range(3), source.rows(["n"]), strict=False)] == [(1, [1]), (2, [2]), (3, [3])]


@needs_mariadb
def test_rows_stay_at_the_server_of_mariadb_until_they_are_wanted() -> None:
    database = Database(mariadb(), Path())
    query = "SELECT seq AS n, repeat('x', 1000) AS t FROM seq_1_to_1000000000 ORDER BY seq"
    with closing(database.open(query)) as source:
        assert [cells for _, cells in zip(range(3), source.rows(["n"]), strict=False)] == [(1, [1]), (2, [2]), (3, [3])]


@needs_mariadb
def test_mariadb_gives_what_its_columns_hold() -> None:
    query = """SELECT 'a' AS a, 1.50 AS b, TRUE AS c, DATE '2026-05-01' AS d, TIMESTAMP '2026-05-01 12:00:00' AS e,
        JSON_OBJECT('h', 1) AS f, NULL AS g, 'it\\'s :x' AS h, "say \\"hi\\" :y" AS i, x'ff' AS j"""
    assert Database(mariadb(), Path()).rows(query) == [
        ["a", Decimal("1.50"), 1, date(2026, 5, 1), NOON.replace(tzinfo=None), '{"h": 1}', None, "it's :x",
         'say "hi" :y', b"\xff"],
    ]  # fmt: skip


@needs_mariadb
def test_a_campaign_of_mariadb_is_tested_here_and_not_there() -> None:
    database = Database(mariadb(), Path())
    database.act("DROP TABLE IF EXISTS people", "CREATE TABLE people (email text, country text)")
    database.act("INSERT INTO people VALUES ('ann@x.example', ' FR'), ('bob@x.example', 'fr'), ('cy@x.example', NULL)")
    tests = [Test(column="country", operator="=", values=("FR",))]
    assert len(database.rows("SELECT * FROM people", *tests)) == 3


def test_postgresql_says_what_its_columns_are() -> None:
    database = Database(postgres(), Path())
    query = """SELECT 'a'::varchar AS a, 'b'::char(3) AS b, 1.50 AS c, true AS d, DATE '2026-05-01' AS e,
        TIMESTAMPTZ '2026-05-01 12:00Z' AS f, ARRAY['x'] AS g, '{"h": 1}'::jsonb AS h, INTERVAL '1 day' AS i,
        '3f333df6-90a4-4fda-8dd3-9485d27cee36'::uuid AS j, 'k'::bytea AS k, '10.0.0.1'::inet AS l"""
    with closing(database.open(query)) as source:
        assert [column.type for column in source.columns] == [
            "text", "text", "number", "yes/no", "date", "datetime", "list", None, None, None, None, None,
        ]  # fmt: skip
        ((_, cells),) = source.rows([column.name for column in source.columns])
    assert cells == [
        "a", "b  ", Decimal("1.50"), True, date(2026, 5, 1), NOON, ["x"], {"h": 1}, timedelta(days=1),
        "3f333df6-90a4-4fda-8dd3-9485d27cee36", b"k", "10.0.0.1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "location, message",
    [
        ("nonsense:pw", "the location is no URL of a database"),
        ("bogus://ann:pw@host/db", "there is no database `bogus`"),
        ("sqlite:///missing.db", "there is no such file"),
        ("postgresql://ann:pw@127.0.0.1:1/db", "postgresql://127.0.0.1:1/db cannot be reached: connection failed"),
        ("mysql://ann:pw@127.0.0.1:1/db", "mysql://127.0.0.1:1/db cannot be reached: "),
    ],
)
def test_a_database_that_is_not_there(tmp_path: Path, location: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        open_kind("sources.sql", location, root=tmp_path, query="SELECT 1", password=Secret("pw"))
    assert caught.value.message.startswith(message)
    assert "pw" not in caught.value.message + caught.value.hint
    assert not (tmp_path / "missing.db").exists()


def test_what_to_install_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymysql", None)
    with pytest.raises(SourceError) as caught:
        open_kind("sources.sql", "mysql://ann@127.0.0.1:1/db", root=tmp_path, query="SELECT 1")
    assert caught.value.message == "`sql` needs `pymysql`, which is not installed"
    assert caught.value.hint == 'install what it needs: pip install "mailgrid[sql]"'

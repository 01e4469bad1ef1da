"""With and without the prefilter the same people match, whatever the cells hold: NULL, blanks, numbers, other cases."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, text

from mailgrid.hookspecs import Test
from mailgrid.language.expressions import Scope, compile_where
from mailgrid.language.parser import parse_condition
from mailgrid.language.text import Text
from tests.plugins.opening import open_kind
from tests.postgres import postgres

TEXTS: list[str | None] = [
    None, "", " ", "\t\n", "\u00a0", "\u2003", "\u200b", "FR", "FR ", " FR", "\u3000FR\x1c", "fr", "Fr", "FR\u200b",
    "F R", "7", "7.0", "07", " 7 ", "true", "yes", "2026-05-01", "É", "E\u0301", "é", "ß", "SS", "İ", "'", '"', "%",
    "_", "\\", "FR'", "F%", "NULL", "null", "\x7f", "\U0001f600", "\x01",
]  # fmt: skip
OTHERS = [7, 7.0, 0, -1, 2.5, b"FR", b"", b"\xff", b"7", "\0", "FR\0", "\0FR", 10**18]
VALUES = [
    "FR",
    "fr",
    " FR ",
    "7",
    "7.0",
    "true",
    "É",
    "é",
    "2026-05-01",
    "%",
    "F%",
    "_",
    "'",
    "\\\\",
    "",
    " ",
    "null",
    "ß",
]


def quoted(value: str) -> str:
    return '"' + value.replace('"', '\\"') + '"'


values = st.sampled_from(VALUES).map(quoted)
tests = st.one_of(
    st.builds("{} = {}".format, st.sampled_from("ab"), values),
    st.builds("{} = {} ignoring case".format, st.sampled_from("ab"), values),
    st.builds("{} != {}".format, st.sampled_from("ab"), values),
    st.builds(
        "{} {} ({})".format, st.sampled_from("ab"), st.sampled_from(["in", "not in"]),
        st.lists(values, min_size=1, max_size=4).map(", ".join),
    ),
    st.builds("{} is {}empty".format, st.sampled_from("ab"), st.sampled_from(["", "not "])),
)  # fmt: skip
conditions = st.recursive(
    tests,
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner) | inner.map("not ({})".format)
    ),
    max_leaves=4,
)


class Table:
    """A table of two columns, `a` and `b`, in one of the databases."""

    def __init__(self, connection: Connection, location: str, folder: Path) -> None:
        self._connection = connection
        self._location = location
        self._folder = folder

    def fill(self, rows: Sequence[tuple[Any, Any]]) -> None:
        self._connection.execute(text("DELETE FROM awkward"))
        cells = [{"i": number, "a": a, "b": b} for number, (a, b) in enumerate(rows)]
        self._connection.execute(text("INSERT INTO awkward VALUES (:i, :a, :b)"), cells)
        self._connection.commit()
        with closing(self._open(prefilter=False)) as source:
            self._all = list(source.rows(["i", "a", "b"]))
        assert len(self._all) == len(rows)

    def compare(self, condition: str) -> bool:
        """Check that the same people match; tell whether rows stayed away."""
        with closing(self._open(prefilter=True)) as source:
            scope = Scope(columns=source.columns, complete=True, source="t", now=datetime.now(UTC), zone=UTC)
            tree, _ = parse_condition(Text("where", condition))
            match = compile_where(tree, scope).match
            assert match, condition
            test = match.bind(["i", "a", "b"])
            rows = list(source.rows(["i", "a", "b"], match.simple_tests))
        assert [cells for _, cells in rows if test(cells)] == [cells for _, cells in self._all if test(cells)]
        return len(rows) < len(self._all)

    def _open(self, *, prefilter: bool) -> Any:
        query = "SELECT * FROM awkward ORDER BY i"
        return open_kind("sources.sql", self._location, root=self._folder, query=query, prefilter=prefilter)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def table(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    folder = tmp_path_factory.mktemp("awkward")
    sqlite = request.param == "sqlite"
    engine = create_engine(f"sqlite:///{folder / 'a.db'}" if sqlite else postgres())
    with engine.connect() as connection:
        connection.execute(text("DROP TABLE IF EXISTS awkward"))
        # Columns of SQLite without a type keep whatever is put in; char(n) fills up with blanks.
        connection.execute(text(f"CREATE TABLE awkward (i integer, a {'' if sqlite else 'text'}, b varchar(40))"))
        connection.commit()
        yield Table(connection, "sqlite:///a.db" if sqlite else postgres(), folder)
        connection.execute(text("DROP TABLE awkward"))
        connection.commit()
    engine.dispose()


def every_cell(table: Table, request: pytest.FixtureRequest) -> list[tuple[Any, Any]]:
    cells = [*TEXTS, *OTHERS] if "sqlite" in request.node.name else TEXTS
    return [(a, b) for a in cells for b in (a, "FR", None)]


def test_every_test_gives_the_same_people_and_some_rows_stay_away(table: Table, request: pytest.FixtureRequest) -> None:
    table.fill(every_cell(table, request))
    for number, value in enumerate(VALUES):
        wanted = quoted(value)
        condition = (f"a = {wanted}", f'a in ({wanted}, "x")', f"b = {wanted} and a is not empty")[number % 3]
        assert table.compare(condition) == (bool(value.strip()) or number % 3 == 2), condition
    assert table.compare("a is not empty")
    assert not table.compare("a != 'FR' or a = 'FR'")


@settings(max_examples=30, deadline=None)
@given(data=st.data(), condition=conditions)
def test_any_condition_gives_the_same_people(
    table: Table, request: pytest.FixtureRequest, data: st.DataObject, condition: str
) -> None:
    free = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=4)
    cell = st.sampled_from([*TEXTS, *OTHERS]) | free if "sqlite" in request.node.name else st.sampled_from(TEXTS) | free
    table.fill(data.draw(st.lists(st.tuples(cell, st.sampled_from(TEXTS)), min_size=1, max_size=12)))
    table.compare(condition)


@pytest.mark.parametrize("column", ["date '2026-05-01'", "7", "true", "'{}'::jsonb", "gen_random_uuid()", "ARRAY['x']"])
def test_a_column_of_another_type_is_asked_only_whether_it_is_empty(column: str) -> None:
    query = f"SELECT {column} AS a UNION ALL SELECT NULL WHERE true"
    with closing(open_kind("sources.sql", postgres(), query=query)) as source:
        kept = list(source.rows(["a"], [Test(column="a", operator="=", values=("x",))]))
        assert (len(kept), source.prefiltered) == (2, False)
    with closing(open_kind("sources.sql", postgres(), query=query)) as source:
        assert len(list(source.rows(["a"], [Test(column="a", operator="is not empty")]))) == 1

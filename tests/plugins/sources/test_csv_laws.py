"""Laws of the source `csv`: what is written comes back, and nothing raises anything but SourceError."""

import csv
import io
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.errors import SourceError
from tests.plugins.opening import open_kind

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


def read(content: bytes, **options: Any) -> list[list[str]]:
    with TemporaryDirectory() as folder:
        (Path(folder) / "list.csv").write_bytes(content)
        with closing(open_kind("sources.csv", "list.csv", root=Path(folder), **options)) as source:
            return [list(cells) for _, cells in source.rows([column.name for column in source.columns])]


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8), st.sampled_from([",", ";", "\t", "|"]))
@settings(max_examples=100, deadline=None)
def test_what_is_written_comes_back(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("email", "name", "note"), *rows])
    assert read(text.getvalue().encode()) == [list(row) for row in rows]


@given(st.binary(max_size=100))
@settings(max_examples=200, deadline=None)
def test_no_bytes_do_more_than_a_source_error(content: bytes) -> None:
    try:
        rows = read(b"a,b\n" + content)
    except SourceError:
        return
    assert all(len(row) == 2 for row in rows)

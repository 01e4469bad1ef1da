import gzip
import io
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Column, Problem, Row
from mailgrid.testing import check_source
from tests.plugins.opening import open_kind


class List:
    """A file of recipients, and what is reported about it."""

    def __init__(self, root: Path, content: bytes | str, name: str = "list.csv") -> None:
        self.root = root
        self.name = name
        self.problems: list[Problem] = []
        (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def open(self, **options: Any) -> Any:
        return open_kind("sources.csv", self.name, root=self.root, report=self.problems.append, **options)

    def rows(self, *wanted: str, **options: Any) -> list[Row]:
        with closing(self.open(**options)) as source:
            names = wanted or [column.name for column in source.columns]
            return [(line, list(cells)) for line, cells in source.rows(names)]

    def error(self, **options: Any) -> SourceError:
        with pytest.raises(SourceError) as caught:
            self.rows(**options)
        assert caught.value.file == self.name
        return caught.value


def test_keeps_the_contract(tmp_path: Path) -> None:
    people = List(tmp_path, 'email,name,note\nann@x.example,Ann,"a\nb"\nbob@x.example,Bob,\n\nx@x.example\n')
    check_source(people.open)


def test_rows_have_the_lines_on_which_they_begin(tmp_path: Path) -> None:
    people = List(tmp_path, 'email,note\na@x,"one\r\ntwo"\r\n\r\nb@x,"he said ""hi"""\n   \nc@x,z')
    assert people.rows() == [(2, ["a@x", "one\r\ntwo"]), (5, ["b@x", 'he said "hi"']), (7, ["c@x", "z"])]
    assert people.problems == []


def test_columns_come_in_the_order_asked_for(tmp_path: Path) -> None:
    people = List(tmp_path, "a,b,c\n1,2,3\n")
    assert people.rows("c", "a") == [(2, ["3", "1"])]
    assert people.rows("b") == [(2, ["2"])]
    source = people.open()
    assert [(line, list(cells)) for line, cells in source.rows([])] == [(2, [])]
    source.close()


def test_cells_are_given_as_they_stand(tmp_path: Path) -> None:
    assert List(tmp_path, "a,b\n 007 ,7.0\n").rows() == [(2, [" 007 ", "7.0"])]


def test_header_cells_are_trimmed_and_duplicates_kept(tmp_path: Path) -> None:
    source = List(tmp_path, " email , name,name\n").open()
    assert source.columns == (Column(name="email"), Column(name="name"), Column(name="name"))
    assert source.complete
    source.close()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(tmp_path: Path, delimiter: str) -> None:
    text = f'email{delimiter}"a,b;c|d\te,,;;||\t\t"{delimiter}name\nann@x{delimiter}1{delimiter}Ann\n'
    assert List(tmp_path, text).rows("email", "name") == [(2, ["ann@x", "Ann"])]


def test_the_delimiter_can_be_written(tmp_path: Path) -> None:
    assert List(tmp_path, "a:b,c\n1:2\n").rows(delimiter=":") == [(2, ["1", "2"])]
    assert List(tmp_path, "a\tb,c,d\n1\t2\n").rows(delimiter="tab") == [(2, ["1", "2"])]


@pytest.mark.parametrize("delimiter", ["ab", '"', "\n"])
def test_a_delimiter_that_is_none(tmp_path: Path, delimiter: str) -> None:
    assert "one character" in List(tmp_path, "a,b\n").error(delimiter=delimiter).message


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end(tmp_path: Path, end: str) -> None:
    assert List(tmp_path, end.join(["a,b", "1,2", "3,4"])).rows() == [(2, ["1", "2"]), (3, ["3", "4"])]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_a_byte_order_mark_is_understood(tmp_path: Path, encoding: str) -> None:
    assert List(tmp_path, "email,name\na@x,Änne\n".encode(encoding)).rows("email", "name") == [(2, ["a@x", "Änne"])]


def test_an_encoding_that_is_written(tmp_path: Path) -> None:
    assert List(tmp_path, "a,b\nä,€\n".encode("cp1252")).rows(encoding="cp1252") == [(2, ["ä", "€"])]


def test_a_byte_that_is_not_in_the_encoding(tmp_path: Path) -> None:
    error = List(tmp_path, b"a,b\n1,2\nx,M\xfcller\n").error()
    assert error.line == 3
    assert error.message == "byte 0xFC at column 4 is not utf-8"
    assert "cp1252" in error.hint


def test_a_byte_that_is_not_in_the_encoding_far_into_the_file(tmp_path: Path) -> None:
    rows = b"1234567,\xc3\xa4\n" * 100_000
    error = List(tmp_path, b"a,b\n" + rows + b"1,\xff\n").error()
    assert (error.line, error.message) == (100_002, "byte 0xFF at column 3 is not utf-8")


def test_a_letter_that_the_file_ends_in_the_middle_of(tmp_path: Path) -> None:
    error = List(tmp_path, b"a,b\n1,\xc3").error()
    assert (error.line, error.message) == (2, "byte 0xC3 at column 3 is not utf-8")


def test_an_encoding_that_does_not_exist(tmp_path: Path) -> None:
    assert "no text encoding `utf8mb4`" in List(tmp_path, "a\n").error(encoding="utf8mb4").message
    assert "no text encoding `base64`" in List(tmp_path, "a\n").error(encoding="base64").message


def test_short_rows_are_filled_up_and_named(tmp_path: Path) -> None:
    people = List(tmp_path, "a,b,c\n1\n1,2\n1,2,3\n")
    assert people.rows() == [(2, ["1", "", ""]), (3, ["1", "2", ""]), (4, ["1", "2", "3"])]
    assert [(problem.kind, problem.line, problem.dropped) for problem in people.problems] == [
        ("short row", 2, False),
        ("short row", 3, False),
    ]
    assert people.problems[0].text == "1 of 3 cells; the rest is empty"


def test_long_rows_are_left_out_and_named(tmp_path: Path) -> None:
    people = List(tmp_path, "a,b\n1,2,3\n4,5\n6,7,,\n")
    assert people.rows() == [(3, ["4", "5"]), (4, ["6", "7"])]
    assert [(problem.kind, problem.line, problem.dropped) for problem in people.problems] == [("long row", 2, True)]
    assert people.problems[0].text == "3 cells, not 2; left out"


def test_a_quote_that_is_never_closed_swallows_nothing(tmp_path: Path) -> None:
    error = List(tmp_path, 'a,b\n1,2\n3,"four\n' + "5,6\n" * 1000).error()
    assert error.line == 3
    assert "never closed" in error.message


def test_a_quote_that_is_never_closed_in_a_large_file_ends_early(tmp_path: Path) -> None:
    error = List(tmp_path, 'a,b\n1,"two\n' + "3,4\n" * 1_000_000).error()
    assert error.line == 2
    assert "is a closing quote missing?" in error.hint


def test_text_after_a_closing_quote(tmp_path: Path) -> None:
    error = List(tmp_path, 'a,b\n1,2\n"3"x,4\n').error()
    assert (error.line, error.message) == (3, "text follows a closing quote")


def test_a_missing_quote_is_looked_for_where_the_record_begins(tmp_path: Path) -> None:
    error = List(tmp_path, 'a,b\n1,"two\n3,"four"\n').error()
    assert error.line == 3
    assert "begins on line 2" in error.hint


def test_a_quote_in_the_middle_of_a_cell_is_a_letter(tmp_path: Path) -> None:
    assert List(tmp_path, 'a,b\n5" pipe,x\n').rows() == [(2, ['5" pipe', "x"])]


def test_a_line_without_end(tmp_path: Path) -> None:
    error = List(tmp_path, "a,b\n1,2\n" + "x" * 3_000_000).error()
    assert (error.line, error.message) == (3, "this line is longer than 1,048,576 characters")


def test_a_long_cell_is_fine(tmp_path: Path) -> None:
    assert List(tmp_path, "a,b\n1," + "x" * 500_000 + "\n").rows() == [(2, ["1", "x" * 500_000])]


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file(tmp_path: Path, content: str) -> None:
    error = List(tmp_path, content).error()
    assert error.message == "is empty"


def test_blank_lines_above_the_header(tmp_path: Path) -> None:
    assert List(tmp_path, "\n\na;b\n1;2\n").rows() == [(4, ["1", "2"])]


def test_a_column_without_a_name(tmp_path: Path) -> None:
    error = List(tmp_path, "a,,c\n").error()
    assert (error.line, error.message) == (1, "column 2 has no name")


def test_a_file_without_a_header(tmp_path: Path) -> None:
    error = List(tmp_path, "ann@canary.example,Ann\n").error()
    assert "has no header" in error.message
    assert "canary" not in error.message + error.hint


def test_a_header_with_a_broken_quote(tmp_path: Path) -> None:
    assert List(tmp_path, '"a,b\n').error().line == 1


def test_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    assert List(tmp_path, "email,name").rows() == []


def test_gzip_is_read_on_the_way(tmp_path: Path) -> None:
    assert List(tmp_path, gzip.compress(b"a,b\n1,2\n"), "list.csv.gz").rows() == [(2, ["1", "2"])]


@pytest.mark.parametrize(
    "content", [b"a,b\n1,2\n", gzip.compress(b"a,b\n" * 100, mtime=0)[:-12], b"\x1f\x8b\x08\x00" + b"x" * 50]
)
def test_a_damaged_gzip(tmp_path: Path, content: bytes) -> None:
    assert "cannot be read to its end" in List(tmp_path, content, "list.csv.gz").error().message


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"a,b\n1,2\n"))
    monkeypatch.setattr(sys, "stdin", stdin)
    source = open_kind("sources.csv", "-")
    assert [(line, list(cells)) for line, cells in source.rows(["b"])] == [(2, ["2"])]
    source.close()
    assert not stdin.buffer.closed


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").touch()
    with pytest.raises(SourceError, match="there is no such file") as caught:
        open_kind("sources.csv", "custmers.csv", root=tmp_path)
    assert caught.value.hint == "did you mean `customers.csv`?"
    with pytest.raises(SourceError) as caught:
        open_kind("sources.csv", "data/list.csv", root=tmp_path)
    assert caught.value.hint == "there is no folder `data` either"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"cannot be opened: Is a directory"):
        open_kind("sources.csv", ".", root=tmp_path)


def test_how_numbers_and_dates_are_written_is_told(tmp_path: Path) -> None:
    people = List(tmp_path, "a\n")
    source = people.open(decimal=",", dates="DD/MM/YYYY")
    assert (source.decimal, source.dates) == (",", "DD/MM/YYYY")
    source.close()
    assert "`decimal`" in people.error(decimal="comma").message


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    import tracemalloc

    people = List(tmp_path, "email,name\n" + "someone@example.org,Some One\n" * 200_000)
    source = people.open()
    tracemalloc.start()
    count = sum(1 for _ in source.rows(["email", "name"]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    source.close()
    assert count == 200_000
    assert peak < 3_000_000

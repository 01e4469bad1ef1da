from pathlib import Path

from mailgrid.testing import check_source
from tests.plugins.sources.rows_of import Listed


def test_keeps_the_contract(tmp_path: Path) -> None:
    check_source(Listed("tsv", tmp_path / "list.tsv", "email\tname\nann@x.example\tAnn\n\nbob@x.example\n").open)


def test_a_quote_is_a_quote(tmp_path: Path) -> None:
    people = Listed("tsv", tmp_path / "list.tsv", 'email\tname\nann@x\t"Ann" the "first\nbob@x\tBob, or "\n')
    assert people.rows() == [(2, ["ann@x", '"Ann" the "first']), (3, ["bob@x", 'Bob, or "'])]
    assert people.problems == []


def test_escapes_mean_what_databases_mean_where_that_is_said(tmp_path: Path) -> None:
    people = Listed("tsv", tmp_path / "list.tsv", "email\tnote\na@x\tone\\ntwo\\tC:\\\\new\nb@x\t\\N\n")
    assert people.rows("note") == [(2, ["one\\ntwo\\tC:\\\\new"]), (3, ["\\N"])]
    assert people.rows("note", escapes=True) == [(2, ["one\ntwo\tC:\\new"]), (3, [""])]


def test_what_is_wrong_has_its_line(tmp_path: Path) -> None:
    assert Listed("tsv", tmp_path / "list.tsv", "\nann@x.example\tAnn\n").error().line == 2
    assert "column 2 has no name" in Listed("tsv", tmp_path / "list.tsv", "email\t\tname\n").error().message
    long = Listed("tsv", tmp_path / "list.tsv", "email\tname\nann@x\tAnn\tx\n")
    assert long.rows() == []
    assert [(problem.kind, problem.line) for problem in long.problems] == [("long row", 2)]

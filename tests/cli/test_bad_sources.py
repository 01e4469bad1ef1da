"""A source that is not right: one diagnostic that names it and its place, and nothing is sent."""

import gzip
import io
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.cli.command_line import CommandLine
from tests.cli.test_threats import bomb, campaign, refused
from tests.end_to_end.campaign_folder import CampaignFolder

PEOPLE = b"email,name\n" + b"".join(b"p%d@x.example,%d\n" % (number, number * 7919 % 9973) for number in range(9_000))


def workbook() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("People").write_row(0, 0, ["email", "name"])
    return stream.getvalue()


def database() -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE people (email text, name text)")
        content = connection.serialize()
    connection.close()
    return content


CASES: dict[str, tuple[str, Callable[[], bytes], str, str]] = {
    "no header": ("a.csv", lambda: b"ann@x.example,Ann\n", 'csv "a.csv"', "a.csv:1: has no header"),
    "a name twice": ("a.csv", lambda: b"email,name,name\n", 'csv "a.csv"', "a.csv has two columns `name`"),
    "empty": ("a.tsv", lambda: b"", 'tsv "a.tsv"', "a.tsv: is empty"),
    "no such file": ("b.csv", lambda: PEOPLE, 'csv "a.csv"', "did you mean `b.csv`?"),
    "no such sheet": ("a.xlsx", workbook, 'xlsx "a.xlsx" { sheet "Poeple" }', "there is no sheet `Poeple`"),
    "a bomb": ("a.xlsx", bomb, 'xlsx "a.xlsx"', "becomes far larger than it is"),
    "no workbook": ("a.ods", lambda: PEOPLE, 'ods "a.ods"', "a.ods: is no workbook"),
    "cut": ("a.csv.gz", lambda: gzip.compress(PEOPLE)[:-3000], 'csv "a.csv.gz"', ": cannot be read to its end"),
    "cut at once": ("a.csv.gz", lambda: gzip.compress(PEOPLE)[:8], 'csv "a.csv.gz"', "a.csv.gz:1: cannot be read"),
    "no list": ("a.json", lambda: b'{"a": 1}', 'json "a.json"', "is no list"),
    "damaged": ("a.jsonl", lambda: b'{"email": "a@x"}\n{"email"', 'jsonl "a.jsonl"', "a.jsonl:2: "),
    "no table": ("a.db", database, 'sql "sqlite:///a.db" { query "SELECT * FROM peple" }', "no such table: peple"),
    "no column": ("a.db", database, 'sql "sqlite:///a.db" { query "SELECT * FORM people" }', "the query fails"),
    "no parquet": ("a.csv", lambda: PEOPLE, 'parquet "a.csv"', "cannot be read"),
    "no program": ("a", lambda: b"", 'exec "no-such-program" { format csv }', "cannot be run"),
    "a program that fails": ("a", lambda: b"", 'exec "false" { format csv }', "failed with exit status 1"),
    "the metadata of a cloud": ("a", lambda: b"", 'http "https://169.254.169.254/x"', "which is not public"),
    "no link to Google": ("a", lambda: b"", 'sheets "https://x.example/"', "no link to a sheet of Google"),
}


@pytest.mark.parametrize("words", ["plan", "apply"])
@pytest.mark.parametrize("case", CASES)
def test_one_thing_is_said(folder: CampaignFolder, mailgrid: CommandLine, case: str, words: str) -> None:
    name, content, source, message = CASES[case]
    (folder.path / name).write_bytes(content())
    campaign(folder, source)
    said = refused(folder, mailgrid(words, "welcome.mailgrid", "--trust", "sql", "--trust", "exec", "--trust", "http"))
    assert message in said
    assert f"source {source.partition(' ')[0]}" in said
    assert not Path("box").exists()

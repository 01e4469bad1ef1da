import io
import random
import zipfile
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from mailgrid.errors import SourceError
from mailgrid.testing import check_source
from tests.plugins.sources.rows_of import Listed

NOON = datetime(2026, 4, 20, 12, 30, tzinfo=UTC).replace(tzinfo=None)  # workbooks know no zones
PEOPLE: list[list[Any]] = [
    ["email", "age", "share", "active", "joined", "zip"],
    ["ann@x.example", 30, 0.5, True, date(2026, 4, 20), "007"],
    [],
    ["bob@x.example", 31.0, 7.25, False, NOON, None],
]
ODS = """<?xml version="1.0"?><office:document-content office:version="1.3"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet>
<table:table table:name="{name}">{rows}</table:table>
</office:spreadsheet></office:body>
</office:document-content>"""

MANIFEST = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
</manifest:manifest>"""


def xlsx(rows: list[list[Any]], name: str = "People", at: tuple[int, int] = (0, 0)) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("Empty")
        sheet = book.add_worksheet(name)
        formats = {date: book.add_format({"num_format": "yyyy-mm-dd"}), datetime: book.add_format({"num_format": 22})}
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write(at[0] + row, at[1] + column, cell, formats.get(type(cell)))
    return stream.getvalue()


def ods_cell(cell: Any) -> str:
    kind, value = {bool: ("boolean", "boolean-value"), date: ("date", "date-value")}.get(type(cell), ("float", "value"))
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
    if isinstance(cell, datetime):
        kind, value, cell = "date", "date-value", cell.isoformat()
    written = str(cell).lower() if isinstance(cell, bool) else cell
    return f'<table:table-cell office:value-type="{kind}" office:{value}="{written}"/>'


def ods(rows: list[list[Any]], name: str = "People") -> bytes:
    made = (f"<table:table-row>{''.join(map(ods_cell, cells or [None]))}</table:table-row>" for cells in rows)
    return ods_of("".join(made), name)


def ods_of(rows: str, name: str = "People") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", MANIFEST)
        packed.writestr("content.xml", ODS.format(name=name, rows=rows))
    return stream.getvalue()


def test_both_keep_the_contract(tmp_path: Path) -> None:
    check_source(lambda: Listed("xlsx", tmp_path / "a.xlsx", xlsx(PEOPLE)).open(sheet="People"))
    check_source(lambda: Listed("ods", tmp_path / "a.ods", ods(PEOPLE)).open())


def test_cells_are_what_they_are(tmp_path: Path) -> None:
    rows = Listed("xlsx", tmp_path / "a.xlsx", xlsx(PEOPLE)).rows(sheet="People")
    assert rows == [
        (2, ["ann@x.example", 30, 0.5, True, date(2026, 4, 20), "007"]),
        (4, ["bob@x.example", 31, 7.25, False, NOON, ""]),
    ]
    assert [type(cells[1]) for _, cells in rows] == [int, int]
    found = Listed("ods", tmp_path / "a.ods", ods(PEOPLE)).rows("email", "age", "active", "zip", sheet="People")
    assert found == [(2, ["ann@x.example", 30, True, "007"]), (4, ["bob@x.example", 31, False, ""])]


def test_a_table_may_stand_anywhere(tmp_path: Path) -> None:
    people = Listed(
        "xlsx", tmp_path / "a.xlsx", xlsx([["t", "email", "n"], ["x", "a@x", 1], ["y", "b@x", 2]], at=(4, 2))
    )
    assert people.rows(sheet="People") == [(6, ["x", "a@x", 1]), (7, ["y", "b@x", 2])]
    assert people.rows(sheet="People", range="D5:E6") == [(6, ["a@x", 1])]
    assert people.rows(sheet="People", range="$d$5:$e") == [(6, ["a@x", 1]), (7, ["b@x", 2])]
    assert "column 1 has no name" in people.error(sheet="People", range="B5:E").message


@pytest.mark.parametrize(
    "options, message, hint",
    [
        ({"sheet": "Poeple"}, "there is no sheet `Poeple`", "did you mean `People`?"),
        ({"sheet": "X"}, "there is no sheet `X`", "it has: Empty, People"),
        ({}, "the sheet `Empty` is empty", "its first row holds the names of the columns"),
        ({"sheet": "People", "range": "A2:F"}, "has no header: the first line holds an address", ""),
        ({"sheet": "People", "range": "2"}, '`range` is written like "B3:F900" or "B3:F"', ""),
        ({"sheet": "People", "range": "F2:A9"}, "`range` `F2:A9` ends before it begins", ""),
        ({"max_size": 1000}, "becomes far larger than it is when it is unpacked", "raise `max_size`"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, options: dict[str, Any], message: str, hint: str) -> None:
    error = Listed("xlsx", tmp_path / "a.xlsx", xlsx(PEOPLE)).error(**options)
    assert message in error.message
    assert hint in error.hint


def test_e9_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    row = b"<row><c t='inlineStr'><is><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></is></c></row>"
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", row * 1_000_000)
    assert len(bomb.getvalue()) < 400_000
    error = Listed("xlsx", tmp_path / "bomb.xlsx", bomb.getvalue()).error()
    assert "becomes far larger than it is when it is unpacked" in error.message


def test_e9_a_part_that_lies_about_its_size_is_found_out(tmp_path: Path) -> None:
    honest = io.BytesIO()
    with zipfile.ZipFile(honest, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * 40_000_000)
    size = (40_000_000).to_bytes(4, "little")
    assert honest.getvalue().count(size) == 2
    error = Listed("xlsx", tmp_path / "bomb.xlsx", honest.getvalue().replace(size, (40).to_bytes(4, "little"))).error()
    assert "becomes far larger than it is when it is unpacked" in error.message


def test_what_is_no_workbook_is_an_error(tmp_path: Path) -> None:
    whole = xlsx(PEOPLE)
    chance = random.Random(7)
    for content in (b"", b"email\nann@x\n", whole[: len(whole) // 2], b"PK\x03\x04" + b"\0" * 100):
        assert "is no workbook: " in Listed("xlsx", tmp_path / "a.xlsx", content).error().message
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        people = Listed("xlsx", tmp_path / "a.xlsx", bytes(damaged))
        with suppress(SourceError):
            people.rows(sheet="People")

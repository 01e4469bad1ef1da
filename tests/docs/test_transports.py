import pytest

from mailgrid.hookspecs import TransportKind
from mailgrid.plugins import load
from tests.docs.pages import names, page, table

PAGE = "docs/transports.md"
KINDS = load().transports


def test_each_transport_has_its_row_with_what_it_needs() -> None:
    rows = {name: row for row in table(PAGE, "driver") for name in names(row[0])}
    assert rows.keys() == KINDS.keys()
    assert {name for name, row in rows.items() if row[2] == "yes"} == {
        name for name, kind in KINDS.items() if kind.reaches_people
    }
    assert {name for name, row in rows.items() if "trust" in row[3]} == {
        name for name, kind in KINDS.items() if kind.trust
    }
    assert "\nses = [" in page("pyproject.toml")


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if kind.options and kind.name != "smtp"], ids=lambda kind: str(kind.name)
)
def test_each_option_has_its_row(kind: TransportKind) -> None:
    told = {name for row in table(PAGE, f"option of `{kind.name}`") for name in names(row[0])}
    assert told == {option.name for option in kind.options}

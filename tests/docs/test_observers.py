import pytest

from mailgrid.hookspecs import ObserverKind
from mailgrid.plugins import load
from tests.docs.pages import names, table

PAGE = "docs/observers.md"
KINDS = load().observers


def test_each_observer_has_its_row_with_what_it_needs() -> None:
    told = {name: row[2] for row in table(PAGE, "observer") for name in names(row[0])}
    assert told == {name: "trust" if kind.trust else "" for name, kind in KINDS.items()}


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.options], ids=lambda kind: str(kind.name))
def test_each_option_has_its_row(kind: ObserverKind) -> None:
    told = {name for row in table(PAGE, f"option of `{kind.name}`") for name in names(row[0])}
    assert told == {option.name for option in kind.options}

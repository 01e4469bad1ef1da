import re

import pytest

from mailgrid.hookspecs import SourceKind
from mailgrid.plugins import load
from tests.docs.pages import names, page, table

KINDS = load().sources


def test_each_source_has_its_row_with_what_it_needs() -> None:
    told = {name: row[2] for row in table("docs/sources.md", "driver") for name in names(row[0])}
    assert told.keys() == KINDS.keys()
    assert {name for name, needs in told.items() if needs.endswith("trust") and "url" not in needs} == {
        name for name, kind in KINDS.items() if kind.trust
    }


def test_what_it_needs_is_an_extra() -> None:
    extras = {found for row in table("docs/sources.md", "driver") for found in re.findall(r"mailgrid\[(\w+)\]", row[2])}
    assert extras == {"excel", "sql", "data", "google"}
    assert all(f"\n{extra} = [" in page("pyproject.toml") for extra in extras)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: str(kind.name))
def test_each_option_has_its_row(kind: SourceKind) -> None:
    told = {name for row in table("docs/sources.md", f"option of `{kind.name}`") for name in names(row[0])}
    assert told == {option.name for option in kind.options}

"""What the pages say of tests that show something is so."""

import re

import pytest

from tests.docs.pages import ROOT, table

SHOWN = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
TABLES = {"docs/security.md": "row", "docs/messages.md": "every message"}


@pytest.mark.parametrize("name", TABLES)
def test_each_row_of_a_table_names_tests_that_there_are(name: str) -> None:
    for row in table(name, TABLES[name]):
        shown = SHOWN.findall(row[-1])
        assert shown, row
        for file, test in shown:
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), (file, test)


def test_tests_are_called_after_the_rows_that_they_show() -> None:
    for row in table("docs/security.md", "row"):
        assert all(test.startswith(f"test_{row[0].lower()}_") for _, test in SHOWN.findall(row[-1])), row

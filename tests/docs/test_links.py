from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, anchors, links, table


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_linked_to_exists(page: Path) -> None:
    for link in links(page):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        assert target.is_file(), f"{page.name} links to {link}"
        assert not anchor or anchor in anchors(target), f"{page.name} links to {link}"


def test_each_page_is_linked_to_from_the_readme() -> None:
    linked = {(ROOT / link).resolve() for link in links(ROOT / "README.md") if "://" not in link}
    assert {path.resolve() for path in (ROOT / "docs").glob("*.md")} <= linked


def test_the_glossary_is_in_the_order_of_the_alphabet() -> None:
    words = [row[0] for row in table("docs/glossary.md", "word")]
    assert words == sorted(words)

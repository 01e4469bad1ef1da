from tests.docs.diagnostics_page import PAGE, content, ungrouped


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == content(), "run: python -m tests.docs.diagnostics_page"


def test_every_code_is_on_the_page() -> None:
    assert ungrouped() == set()

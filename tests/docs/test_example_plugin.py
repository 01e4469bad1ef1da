import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.docs.distribution import installed
from tests.docs.pages import ROOT, blocks

FILES = {block.file: block.text for block in blocks(ROOT / "docs" / "plugins.md") if block.file}


@pytest.fixture
def checks(tmp_path: Path) -> Iterator[dict[str, Callable[[Path], None]]]:
    """The tests that the page shows for its plugin, by name."""
    folder = tmp_path / "acme-mail"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with installed(folder, FILES["pyproject.toml"]):
        import test_acme_mail  # type: ignore[import-not-found]  # written above

        yield {name: value for name, value in inspect.getmembers(test_acme_mail) if name.startswith("test_")}


@pytest.mark.parametrize("name", ["test_the_source", "test_the_transport"])
def test_the_plugin_keeps_the_contract(name: str, checks: dict[str, Callable[[Path], None]], tmp_path: Path) -> None:
    checks[name](tmp_path)


def test_no_other_test_is_shown(checks: dict[str, Callable[[Path], None]]) -> None:
    assert sorted(checks) == ["test_the_source", "test_the_transport"]

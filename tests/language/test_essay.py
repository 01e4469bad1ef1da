"""Every code has an essay, and every example in it does what it says."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailgrid import hookspecs
from mailgrid.hookspecs import Column, SourceKind
from mailgrid.language.catalogue import CATALOGUE
from mailgrid.language.essay import codes, essay
from mailgrid.library import loading
from mailgrid.plugins import load
from tests.language.essay_folder import said

# No text that gives it is known; it takes a Python without PyYAML or cryptography, two runs at a time, a plugin that
# does not work.
WITHOUT_EXAMPLE = {"MG100", "MG326", "MG606", "MG611", "MG650", "MG690"}
# Other mistakes have to come before it.
ACCOMPANIED = {"MG119"}
# Only a source that knows the types of its columns, or not all of its columns, gives these.
OF_TYPED_SOURCES = {"MG302", "W311"}


class Typed:
    """A source that knows what type one of its columns has, and not which others there are."""

    columns = (Column(name="email"), Column(name="country"), Column(name="age", type="number"))

    def __init__(self, *, complete: bool) -> None:
        self.complete = complete

    def rows(self, wanted: object, tests: object = ()) -> Iterator[hookspecs.Row]:
        yield from ()

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def _jsonl(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    complete = request.node.callspec.params["code"] == "MG302"
    kind = SourceKind(name="jsonl", open=lambda *_: Typed(complete=complete), help="", location=hookspecs.Location.FILE)
    known = load()
    registry = replace(known, sources={**known.sources, "jsonl": kind})
    monkeypatch.setattr(loading, "load_plugins", lambda _names: registry)


def test_every_code_has_an_essay_and_every_essay_a_code() -> None:
    root = Path(__file__).parent.parent.parent
    sources = [*(root / "mailgrid").rglob("*.py"), *(root / "plugins").rglob("*.py")]
    used = {code for path in sources for code in re.findall(r'"((?:MG|W)\d{3})"', path.read_text(encoding="utf-8"))}
    assert set(codes()) == used | set(CATALOGUE)


@pytest.mark.parametrize("code", codes())
def test_an_essay_is_short_and_has_a_wrong_and_a_right_example(code: str) -> None:
    found = essay(code.lower())
    assert found
    verdicts = {block.verdict for block in found.blocks}
    assert verdicts >= ({"right"} if code in WITHOUT_EXAMPLE else {"wrong", "right"})
    assert found.title[0] not in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert len(found.body.splitlines()) < 60
    assert max(map(len, found.lines())) <= 124


@pytest.mark.parametrize("code", sorted(set(codes()) - OF_TYPED_SOURCES - WITHOUT_EXAMPLE))
def test_the_wrong_example_gives_exactly_that_code(code: str, tmp_path: Path) -> None:
    found = essay(code)
    assert found
    codes = said(found, "wrong", tmp_path)
    assert code in codes if code in ACCOMPANIED else codes == {code}


@pytest.mark.parametrize("code", sorted(set(codes()) - OF_TYPED_SOURCES))
def test_the_right_example_gives_none(code: str, tmp_path: Path) -> None:
    found = essay(code)
    assert found
    assert said(found, "right", tmp_path) == set()


@pytest.mark.usefixtures("_jsonl")
@pytest.mark.parametrize("code", sorted(OF_TYPED_SOURCES))
def test_the_examples_about_typed_sources(code: str, tmp_path: Path) -> None:
    found = essay(code)
    assert found
    assert (said(found, "wrong", tmp_path), said(found, "right", tmp_path)) == ({code}, set())


def test_what_has_no_example_is_brought_about_by_another_test() -> None:
    others = [path for path in Path(__file__).parent.parent.rglob("test_*.py") if path.name != Path(__file__).name]
    tests = "".join(path.read_text(encoding="utf-8") for path in others)
    assert [code for code in sorted(WITHOUT_EXAMPLE - {"MG100"}) if code not in tests] == []


def test_there_is_no_essay_on_what_is_no_code() -> None:
    assert essay("MG999") is None
    assert essay("../essay") is None

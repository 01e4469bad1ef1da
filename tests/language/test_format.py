"""The canonical layout: what it looks like, that it stays as it is, and that it says what was said before."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.errors import CampaignError, MailgridError
from mailgrid.language.ast import File
from mailgrid.language.compiler import Compiled, compile_text
from mailgrid.language.format import canonical
from mailgrid.language.format.canonical import format_text
from mailgrid.language.format.pieces import essence
from mailgrid.language.parser import parse
from mailgrid.language.text import Text
from tests.language.example_kinds import KINDS
from tests.language.golden import TESTS, goldens, split
from tests.language.test_fuzz import mutated

ROOT = TESTS.parent
FILES = [path for folder in ("tests/samples", "campaigns") for path in sorted((ROOT / folder).rglob("*.mailgrid"))]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```mailgrid[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
CASES = [split(path)[0] for folder in ("cases", "formatted") for path in sorted((TESTS / folder).glob("*.txt"))]
SAMPLES = [*CASES, *(path.read_text(encoding="utf-8") for path in FILES if path.is_file())]
BLANKS = ["\n", "\n\n\n", " ", "\t", " \\\n", "  # why\n", "\n# alone\n", "\r\n", "\n  \n  "]

WORDS = [
    *["a", "WHERE", "b", "And", "or", "Not", "in", "(", ")", "[", "]", ",", "{", "}", "=", "-", "1", '"x"', "\n"],
    *["\n# c\n", " # d\n", "\\\n", "let", "is", "EMPTY", '"""\n e\n  """'],
]


def formatted(content: str) -> str:
    return format_text(Text("case", content))


def is_valid(content: str) -> bool:
    return not parse(Text("case", content)).diagnostics.errors


def codes(compiled: Compiled) -> set[str]:
    return {each.code for each in compiled.diagnostics}


def tree(content: str) -> File:
    return parse(Text("case", content)).file


@pytest.mark.parametrize("given, expected", goldens("formatted"))
def test_layout(given: str, expected: str) -> None:
    assert formatted(given) == expected
    assert formatted(expected) == expected


@pytest.mark.parametrize("path", [path for path in FILES if path.is_file()], ids=lambda path: path.stem)
def test_what_is_laid_out_well_stays(path: Path) -> None:
    content = path.read_text(encoding="utf-8")
    assert formatted(content) == content


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_in_the_documentation_are_laid_out_well(page: Path) -> None:
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        assert formatted(block) == block


@pytest.mark.parametrize("content", [sample for sample in SAMPLES if is_valid(sample)])
def test_the_meaning_stays(content: str) -> None:
    again = formatted(content)
    assert formatted(again) == again
    assert not re.search(r"[ \t]+$|\r|\t", re.sub(r'"""[\s\S]*?"""|#.*', "x", again), re.MULTILINE)
    root = Path("/nonexistent")
    before, after = (compile_text(Text("case", each), KINDS, root=root) for each in (content, again))
    assert after.campaigns == before.campaigns
    assert codes(after) == codes(before) - {"W208"}  # a misleading indentation is put right


def check(content: str) -> None:
    """What holds for every text that has a layout."""
    if not is_valid(content):
        with pytest.raises(CampaignError) as caught:
            formatted(content)
        assert caught.value.diagnostics
        return
    again = formatted(content)
    assert essence(Text("case", again)) == essence(Text("case", content))
    assert tree(again) == tree(content)
    assert formatted(again) == again


@pytest.mark.parametrize("seed", range(10))
def test_mutated_files(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(60):
        check(mutated(chance.choice(SAMPLES), chance))


@pytest.mark.parametrize("seed", range(10))
def test_files_with_other_blanks(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(60):
        words = re.split(r"((?<=[\n{}(]) *|\n)", chance.choice(CASES))
        check("".join(chance.choice(BLANKS) if word.isspace() and chance.random() < 0.2 else word for word in words))


def test_a_cr_in_a_text_is_part_of_it() -> None:
    assert formatted('a """\r\nb\r\r\n"""\r\n') == 'a """\nb\r\r\n"""\n'


@settings(max_examples=150)
@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
def test_heaps_of_words(content: str) -> None:
    check(content)


def test_a_mistake_is_not_laid_out() -> None:
    with pytest.raises(CampaignError) as caught:
        formatted("campaign a {\n  where b ==\n}\n")
    assert "MG104" in repr(caught.value.diagnostics)


@pytest.mark.parametrize("lost", ["a 1\n", "a 1 # c\nb 3\n", "a 1 # d\nb 2\n", "a 1 b 2 # c\n"])
def test_a_layout_that_loses_something_is_refused(lost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "_formatted", lambda text: lost)
    with pytest.raises(MailgridError, match="cannot be formatted") as caught:
        formatted("a 1 # c\nb 2\n")
    assert "nothing was written" in caught.value.hint

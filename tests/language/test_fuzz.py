"""Whatever is done to a good file, it gives a tree, in order and within the text, and messages that can be shown."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.language.ast import walk
from mailgrid.language.compiler import compile_text
from mailgrid.language.frame import as_json, frame
from mailgrid.language.parser import parse_condition
from mailgrid.language.text import Text
from tests.language.example_kinds import KINDS
from tests.language.golden import TESTS, split

SAMPLES = [split(path)[0] for folder in ("cases", "mistakes") for path in sorted((TESTS / folder).glob("*.txt"))]
PIECES = [
    *["{", "}", "(", ")", "[", "]", ",", "=", "==", "!=", "<", "<=", ">", ";", ":", "!", "+", "-", "--", "//", "/*"],
    *[
        '"',
        "'",
        "`",
        "\u201c",
        "\u201d",
        "\\",
        "#",
        "@",
        "\u00e9",
        "\u00a0",
        "\x00",
        "\r",
        "\n",
        '"""',
        "&&",
        "||",
        "<>",
    ],
    *["/a/", "\\q", "01", "1/2/2026", "2026-02-30", "10/month", "50%", "10/s", "x", '"x"', "env(", "csv", "<>"],
    *["and", "or", "not", "in", "is", "empty", "between", "like", "null", "contains ", "starts with ", "matches "],
    *["where", "let", "import", "segment", "campaign a {\n", "defaults", "source", "ignoring case "],
    "transport smtp { port ",
]


def mutated(sample: str, chance: random.Random) -> str:
    """A sample with one to six pieces put in, cut out or doubled."""
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(sample) + 1)
        piece = chance.choice(PIECES)
        match chance.randrange(4):
            case 0:
                sample = sample[:at] + piece + sample[at:]
            case 1:
                sample = f"{sample[:at]} {piece} {sample[at:]}"
            case 2:
                sample = sample[:at] + sample[at + chance.randint(1, 12) :]
            case _:
                sample = sample[:at] + chance.choice(sample.split("\n")) + sample[at:]
    return sample


def check(content: str) -> None:
    compiled = compile_text(Text("fuzz.mailgrid", content), KINDS, root=Path("/nonexistent"))
    for node in walk(compiled.module.file):
        assert 0 <= node.span.start <= node.span.end <= len(content)
    for diagnostic in compiled.diagnostics:
        assert frame(diagnostic)
        assert as_json(diagnostic)["message"]
        assert diagnostic.code != "MG100" or "expected" in diagnostic.help_line
    assert not (compiled.diagnostics.errors and compiled.campaigns)


@pytest.mark.parametrize("seed", range(20))
def test_mutated_files(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(200):
        check(mutated(chance.choice(SAMPLES), chance))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))
def test_heaps_of_pieces(content: str) -> None:
    check(content)
    parse_condition(Text("--where", content))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120))
def test_any_text(content: str) -> None:
    check(content)
    parse_condition(Text("--where", content))

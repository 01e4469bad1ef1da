"""Edits are made side by side, each once, and none that would change what stands elsewhere."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from mailgrid.language.compiler import compile_text
from mailgrid.language.diagnostics import Diagnostic, Edit
from mailgrid.language.edits import edited, harmless
from mailgrid.language.text import Span, Text
from tests.language.example_kinds import KINDS
from tests.language.golden import goldens


def edits(text: Text, *changes: tuple[int, int, str]) -> list[Edit]:
    return [Edit(Span(text, start, end), new) for start, end, new in changes]


@pytest.mark.parametrize(
    ("changes", "expected", "count"),
    [
        ([], "abcdef", 0),
        ([(0, 1, "X"), (5, 6, "")], "Xbcde", 2),
        ([(5, 6, ""), (0, 1, "X")], "Xbcde", 2),
        ([(0, 3, "X"), (2, 4, "Y")], "Xdef", 1),
        ([(0, 3, "X"), (3, 4, "Y")], "XYef", 2),
        ([(3, 3, "X"), (3, 3, "Y")], "abcXdef", 1),
        ([(3, 3, "X"), (3, 4, "Y")], "abcXdef", 1),
        ([(1, 5, "X"), (2, 3, "Y")], "aXf", 1),
    ],
)
def test_edits_that_overlap_wait(changes: Sequence[tuple[int, int, str]], expected: str, count: int) -> None:
    text = Text("a.mailgrid", "abcdef")
    assert edited(text, edits(text, *changes)) == (expected, count)


@pytest.mark.parametrize(
    ("content", "found", "new", "is_kept"),
    [
        ("subjct 1\n", "subjct", "subject", True),
        ('subject "a"\n', '"a"', "'a'", True),
        ("subject “a\nfrom 1\n", "“", '"', False),
        ("a = 1\n", "1", "1 # x", True),
        ("a = 1 b\n", "1", "1 #", False),
        ("a = 1 b\n", " b", "b", False),
        ('html "x" text "y"\n', '"x"', '"""', False),
        ("where a==b\n", "==", "=", True),
        ("where a==b\n", "==", "or", False),
        ("where a==b\n", "==", " or ", True),
        ("x", "x", "y", True),
        ("x\n\n\ny z", "y", "yy", True),
    ],
)
def test_an_edit_keeps_what_stands_around_it(content: str, found: str, new: str, *, is_kept: bool) -> None:
    text = Text("a.mailgrid", content)
    start = content.index(found)
    span = Span(text, start, start + len(found))
    diagnostic = Diagnostic("MG112", span, {"found": "x"}, edit=Edit(span, new))
    (kept,) = harmless([diagnostic])
    assert (kept.edit is not None) == is_kept
    assert kept.message == diagnostic.message


@pytest.mark.parametrize("given, expected", goldens("mistakes"))
def test_fixing_all_again_and_again_ends_with_nothing_left_to_fix(given: str, expected: str) -> None:
    content = given
    for _ in range(10):
        text = Text("welcome.mailgrid", content)
        found = list(harmless(compile_text(text, KINDS, root=Path("/nonexistent")).diagnostics))
        offered = [each.edit for each in found if each.edit]
        if not offered:
            break
        content, _ = edited(offered[0].span.text, offered)
    assert not offered, content

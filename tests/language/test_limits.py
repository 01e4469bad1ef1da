"""What nobody would write ends with a diagnostic, soon, and never with a traceback."""

import pytest

from mailgrid.language.ast import walk
from mailgrid.language.parser import MAX_SIZE, parse, parse_condition
from mailgrid.language.recovery import MAX_MISTAKES
from mailgrid.language.text import Text

DEEP = {
    "brackets": f"where {'(' * 10_000}a{')' * 10_000}\n",
    "open brackets": f"where {'(' * 10_000}\n",
    "lists": f"let a = {'[' * 10_000}{']' * 10_000}\n",
    "calls": f"where {'f(' * 10_000}a{')' * 10_000} = 1\n",
    "nots": f"where {'not ' * 10_000}a\n",
    "sums": f"where a {'+ a ' * 10_000} = 1\n",
    "blocks": f"{'a { ' * 10_000}{'} ' * 10_000}\n",
    "open blocks": "a {\n" * 10_000,
}


@pytest.mark.parametrize("content", DEEP.values(), ids=DEEP)
def test_deep_nesting(content: str) -> None:
    parsed = parse(Text("deep", content))
    assert [each.code for each in parsed.diagnostics] == ["MG118"]
    assert sum(1 for _ in walk(parsed.file)) < 1000


@pytest.mark.parametrize("content", DEEP.values(), ids=DEEP)
def test_deep_conditions(content: str) -> None:
    _, diagnostics = parse_condition(Text("deep", content))
    assert diagnostics.errors


def test_ten_megabytes() -> None:
    content = "a 1\n" * 2_500_000
    parsed = parse(Text("long", content))
    assert [each.code for each in parsed.diagnostics] == ["MG120"]
    assert parse_condition(Text("long", content))[0] is None


def test_the_longest_text_is_read() -> None:
    parsed = parse(Text("long", f'html """{"x" * (MAX_SIZE - 12)}"""\n'))
    assert not parsed.diagnostics.errors


def test_wide_conditions_are_not_deep() -> None:
    condition, diagnostics = parse_condition(Text("wide", " or ".join(["a = 1"] * 2000)))
    assert condition
    assert not diagnostics.errors


def test_a_text_of_nothing_but_mistakes_ends_early() -> None:
    parsed = parse(Text("noise", "= 1\n" * 5_000))
    found = list(parsed.diagnostics)
    assert len(found) == MAX_MISTAKES + 1
    assert found[-1].code == "MG119"


@pytest.mark.parametrize("written", [*(f"{'9' * 5000}{unit}" for unit in ("", "/s", "MB", "%", "s")), f"{'9' * 29}w"])
def test_numbers_that_are_too_large(written: str) -> None:
    parsed = parse(Text("large", f"let a = {written}\n"))
    assert [each.code for each in parsed.diagnostics] == ["MG127"]

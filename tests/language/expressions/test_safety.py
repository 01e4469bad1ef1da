import builtins

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.hookspecs import Column
from mailgrid.language import ast
from mailgrid.language.ast import Kind
from mailgrid.language.expressions import compile_where
from tests.language.expressions.asking import ask, scope
from tests.language.expressions.conditions import NOWHERE, literal

ATTACKS = [
    '"',
    "'",
    '"""',
    "\\",
    "\n",
    "x\ny = 1",
    "__import__('os').system('true')",
    '"); raise SystemExit; ("',
    "{0.__class__}",
    "{}",
    "row[0]",
    "c0",
    "k0",
    "UNREADABLE",
    "\x00",
    "é\u2028",
]


@pytest.fixture(autouse=True)
def no_import(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail whoever runs what stands in a text."""
    real = builtins.__import__

    def watched(name: str, *others: object, **more: object) -> object:
        assert name != "os" or others, "a text was run"
        return real(name, *others, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", watched)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(ATTACKS) | st.text(min_size=1, max_size=9),
    text=st.sampled_from(ATTACKS) | st.text(max_size=9),
)
def test_texts_and_names_are_never_run(name: str, text: str) -> None:
    column, wanted = ast.Column(NOWHERE, name, quoted=True), literal(text, Kind.TEXT)
    tests = (
        ast.Compare(NOWHERE, column, "=", wanted),
        ast.Compare(NOWHERE, column, "=", wanted, fold=True),
        ast.Among(NOWHERE, column, ast.Tuple(NOWHERE, (wanted, literal("z", Kind.TEXT)))),
        ast.Among(NOWHERE, column, ast.Call(NOWHERE, "lines", (wanted,), NOWHERE)),
        ast.Compare(NOWHERE, ast.Call(NOWHERE, "coalesce", (column, wanted), NOWHERE), "=", wanted),
    )
    made = scope([Column(name=name)], read_lines=lambda path: frozenset({path}))
    for test in tests:
        match = compile_where(test, made).match
        assert match is not None
        lines = isinstance(test, ast.Among) and isinstance(test.choices, ast.Call)
        assert match.bind([name])([f" {text} "]) is not (lines and not text.strip())
        assert match.needed == (name,)


@pytest.mark.parametrize("attack", ATTACKS)
def test_cells_are_never_run(attack: str) -> None:
    for test in ("a = 1", "a", "a after 2026-01-01", "a > 5m"):
        assert ask(test, {"a": attack}) in (None, False)
    for test in ('a contains "os"', 'domain(a) = "x"', "length(a) > 0"):
        assert ask(test, {"a": attack}) in (True, False, None)


def test_a_mistake_quotes_the_name_as_it_is() -> None:
    column = ast.Column(NOWHERE, "{found}", quoted=True)
    (diagnostic,) = compile_where(ast.Emptiness(NOWHERE, column), scope()).diagnostics
    assert diagnostic.message == "users.csv has no column `{found}`"

from itertools import product

import pytest

from tests.language.expressions.asking import ask, match

CELL = {True: "yes", False: "no", None: "maybe"}
TRUTHS = (True, False, None)


def _and(*parts: bool | None) -> bool | None:
    return False if False in parts else None if None in parts else True


def _or(*parts: bool | None) -> bool | None:
    return True if True in parts else None if None in parts else False


@pytest.mark.parametrize("a,b", list(product(TRUTHS, TRUTHS)))
def test_two_parts(a: bool | None, b: bool | None) -> None:
    row = {"a": CELL[a], "b": CELL[b]}
    assert ask("a and b", row) is _and(a, b)
    assert ask("a or b", row) is _or(a, b)
    assert ask("not (a and b)", row) is ask("not a or not b", row)
    assert ask("not (a or b)", row) is ask("not a and not b", row)


@pytest.mark.parametrize("a", TRUTHS)
def test_not(a: bool | None) -> None:
    assert ask("not a", {"a": CELL[a]}) is (None if a is None else not a)


@pytest.mark.parametrize("a,b,c", list(product(TRUTHS, TRUTHS, (True, False))))
def test_parts_that_are_never_unknown_do_not_change_the_others(a: bool | None, b: bool | None, c: bool) -> None:
    row = {"a": CELL[a], "b": CELL[b], "c": "x" if c else "y"}
    assert ask('a and c = "x" and b', row) is _and(a, b, c)
    assert ask('a or c = "x" or b', row) is _or(a, b, c)
    assert ask('(a or c = "x") and (b or c = "x")', row) is _and(_or(a, c), _or(b, c))
    assert ask('not (c = "x") or (a and b)', row) is _or(not c, _and(a, b))


@pytest.mark.parametrize("word,unit,joined", [("and", True, _and), ("or", False, _or)])
@pytest.mark.parametrize("odd", [0, 17, 299])
def test_hundreds_of_parts(word: str, unit: bool, joined: object, odd: int) -> None:
    columns = [f"c{number}" for number in range(300)]
    asked = match(f" {word} ".join(columns), columns).bind(columns)
    row = [CELL[unit]] * 300
    assert asked(row) is unit
    row[odd] = CELL[None]
    assert asked(row) is None
    row[150] = CELL[not unit]
    assert asked(row) is (not unit)


def test_a_hundred_levels() -> None:
    nested = "a"
    for level in range(20):
        nested = f"not ({nested} {'and' if level % 2 else 'or'} b)"
    assert ask(nested, {"a": "maybe", "b": "maybe"}) is None
    assert ask("lower(" * 45 + "a" + ")" * 45 + ' = "x"', {"a": "X"}) is True
    assert ask("a" + " + 1" * 90 + " = 90", {"a": "0"}) is True

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from mailgrid.language.text import Span, Text
from mailgrid.lsp.positions import Positions

UNITS = {"utf-8": [0, 1, 5, 6], "utf-16": [0, 1, 3, 4], "utf-32": [0, 1, 2, 3]}


@pytest.mark.parametrize(("encoding", "units"), UNITS.items())
def test_code_units_are_those_of_the_encoding(encoding: str, units: list[int]) -> None:
    text = Text("any", "\na😀b\n")
    positions = Positions(encoding)
    for index, unit in enumerate(units):
        assert positions.position(text, 1 + index) == types.Position(1, unit)
    assert positions.range(Span(text, 1, 4)) == types.Range(types.Position(1, 0), types.Position(1, units[-1]))


def test_a_position_inside_of_a_character_is_that_characters() -> None:
    assert Positions("utf-16").offset(Text("any", "a😀b"), types.Position(0, 2)) == 1


@settings(max_examples=60)
@given(st.text(st.sampled_from("a \né😀\u2028\x0b\r"), max_size=30), st.sampled_from(list(UNITS)), st.integers(0, 30))
def test_there_and_back(content: str, encoding: str, offset: int) -> None:
    text, positions = Text("any", content), Positions(encoding)
    offset = min(offset, len(content))
    line, column = text.position(offset)
    if column <= len(text.line(line)) + 1:  # not between the two characters of a line end
        assert positions.offset(text, positions.position(text, offset)) == offset

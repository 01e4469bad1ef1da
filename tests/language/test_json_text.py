"""The JSON reader: the standard library's, with places."""

import json
import re
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mailgrid.language.builder import MAX_DEPTH
from mailgrid.language.json_text import read_json
from mailgrid.language.marked import Malformed, Marked, Members
from mailgrid.language.text import Text

scalars = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=6)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def plain(marked: Marked) -> object:
    """What json.loads would have given; and each piece, read alone at its place, is itself."""
    assert read_json(Text("piece", marked.span.source)) == marked
    match marked.value:
        case Members(pairs):
            return {plain(key): plain(value) for key, value in pairs}
        case tuple(items):
            return [plain(item) for item in items]
        case Decimal() as number:
            return int(number) if number == int(number) else number
    return marked.value


@settings(max_examples=200, deadline=None)
@given(value=values, indent=st.sampled_from([None, 0, 2]), escaped=st.booleans())
def test_it_reads_what_the_standard_library_writes(value: object, indent: int | None, escaped: bool) -> None:
    written = json.dumps(value, indent=indent, ensure_ascii=escaped)
    assert plain(read_json(Text("a.json", written))) == value


@settings(max_examples=300, deadline=None)
@given(written=st.text('{}[]",:0123456789.-+eEtruefalsn \n\\u', max_size=30))
def test_it_accepts_only_json_and_fails_in_one_way(written: str) -> None:
    try:
        expected = json.loads(written, parse_float=Decimal)
    except ValueError:
        with pytest.raises(Malformed) as caught:
            read_json(Text("a.json", written))
        assert 0 <= caught.value.span.start <= caught.value.span.end <= len(written)
    else:
        assume(not re.search(r"\d[eE]", written))
        assert plain(read_json(Text("a.json", written))) == expected


@pytest.mark.parametrize(
    "written,place,reason",
    [
        ("", 0, "a value is missing"),
        ("{} x", 3, "nothing may follow the value"),
        ('{"a" 1}', 5, "`:` is missing after the key"),
        ("{a: 1}", 1, 'a key in quotes `"` is missing'),
        ("[1 2]", 3, "`,` or `]` is missing"),
        ("[1, ]", 4, "a comma stands before `]`"),
        ("[nul]", 1, "`nul` is no value"),
        ('"a', 0, "unterminated string starting"),
        ('"\\ud800"', 0, "half of a surrogate pair is no character"),
        ("1e999999", 0, "a number is written with digits and a decimal point, 30 characters at most"),
        ("[" * (MAX_DEPTH + 2), MAX_DEPTH + 1, "it is nested too deep"),
    ],
)
def test_it_says_where_and_why_it_is_none(written: str, place: int, reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        read_json(Text("a.json", written))
    assert (caught.value.span.start, caught.value.reason) == (place, reason)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.hookspecs import CrlfLines

OCTETS = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b"\0"]), max_size=12).map(b"".join)


@given(OCTETS)
def test_a_lone_cr_or_lf_is_refused_and_nothing_else(octets: bytes) -> None:
    if set(octets.replace(b"\r\n", b"")) & set(b"\r\n"):
        with pytest.raises(ValueError, match="CRLF"):
            CrlfLines(octets)
    else:
        assert CrlfLines(octets) == octets


@given(st.integers(-12, 2), OCTETS)
def test_nothing_is_missed_in_a_large_message(border: int, octets: bytes) -> None:
    large = b"a" * ((1 << 16) + border) + octets
    if set(octets.replace(b"\r\n", b"")) & set(b"\r\n"):
        with pytest.raises(ValueError, match="CRLF"):
            CrlfLines(large)
    else:
        assert CrlfLines(large) == large


def test_what_is_made_of_them_is_not_known_to_be_such() -> None:
    lines = CrlfLines(b"a\r\nb\r\n")
    assert type(lines[:-1]) is type(lines + b"") is type(lines.replace(b"a", b"b")) is bytes

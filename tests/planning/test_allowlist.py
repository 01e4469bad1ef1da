from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.planning.allowlist import HASH_BYTES, AllowList

SALT = b"salt of one plan"
keys = st.sets(st.text(), max_size=30)


@given(keys, keys)
def test_it_admits_the_keys_that_it_was_made_of_and_no_others(planned: set[str], others: set[str]) -> None:
    people = AllowList.of_keys(SALT, planned)
    assert len(people) == len(planned)
    assert all(people.admits(key) for key in planned)
    assert not any(people.admits(key) for key in others - planned)


@given(keys)
def test_it_comes_back_whole_from_its_bytes(planned: set[str]) -> None:
    octets = AllowList.of_keys(SALT, planned).to_bytes()
    again = AllowList.from_file(SALT, BytesIO(octets), len(planned))
    assert again.to_bytes() == octets
    assert all(again.admits(key) for key in planned)


@given(keys)
def test_its_bytes_are_in_order_and_do_not_tell_the_order_of_the_people(planned: set[str]) -> None:
    octets = AllowList.of_keys(SALT, planned).to_bytes()
    hashes = [octets[start : start + HASH_BYTES] for start in range(0, len(octets), HASH_BYTES)]
    assert hashes == sorted(hashes)
    assert AllowList.of_keys(SALT, sorted(planned, reverse=True)).to_bytes() == octets


@given(keys, st.data())
def test_who_was_not_asked_for_is_gone(planned: set[str], data: st.DataObject) -> None:
    people = AllowList.of_keys(SALT, planned)
    found = data.draw(st.sets(st.sampled_from(sorted(planned)))) if planned else set()
    for key in [*found, *found]:
        people.admits(key)
    assert people.gone == len(planned) - len(found)


def test_two_plans_have_no_hash_in_common() -> None:
    one, other = (AllowList.of_keys(salt, ["ann@example.org"]).to_bytes() for salt in (SALT, b"another salt"))
    assert one != other


def test_a_file_that_ends_too_early_is_an_error() -> None:
    octets = AllowList.of_keys(SALT, ["a", "b"]).to_bytes()
    with pytest.raises(EOFError):
        AllowList.from_file(SALT, BytesIO(octets), 3)

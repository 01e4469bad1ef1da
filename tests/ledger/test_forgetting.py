from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.ledger.forgetting import Remembering, erase, without
from mailgrid.ledger.sqlite import SqliteStore
from mailgrid.ledger.states import State
from tests.ledger.examples import bring, intent, opened, result

ANN, HIDDEN = "ann@example.org", "forgotten:1f"


def met(folder: Path, state: State, *, key: str = ANN, gave_up: bool = False) -> None:
    """Let somebody who is called `ann` come into a state."""
    with closing(opened(folder)) as store:
        store.write([replace(intent("ann"), key=key)], [])
        if state is not State.SENDING:
            store.write([], [result(key, state, gave_up=gave_up)])


def forget(folder: Path) -> int:
    return erase(folder / "welcome.db", ANN, HIDDEN)


def left(folder: Path) -> dict[str, tuple[str, str, int]]:
    with closing(opened(folder)) as store:
        return {each.key: (each.state.value, each.address, len(store.attempts(each.key))) for each in store.entries()}


@pytest.mark.parametrize(
    ("state", "gave_up", "kept"),
    [
        (State.SENT, False, "sent"),
        (State.FAILED, False, "failed"),
        (State.IN_DOUBT, False, "in_doubt"),
        (State.SENDING, False, "in_doubt"),
        (State.FAILED, True, ""),
        (State.DEFERRED, False, ""),
        (State.SUPPRESSED, False, ""),
    ],
)
def test_only_what_keeps_somebody_from_getting_two_is_kept(
    tmp_path: Path, state: State, gave_up: bool, kept: str
) -> None:
    met(tmp_path, state, gave_up=gave_up)
    assert forget(tmp_path) == 1
    assert left(tmp_path) == ({HIDDEN: (kept, "", 1)} if kept else {})


def test_a_key_that_is_no_address_stays(tmp_path: Path) -> None:
    met(tmp_path, State.SENT, key="4711")
    assert forget(tmp_path) == 1
    assert left(tmp_path) == {"4711": ("sent", "", 1)}


def test_who_came_back_and_is_forgotten_again_has_one_entry(tmp_path: Path) -> None:
    for state in (State.FAILED, State.SENT):
        met(tmp_path, state)
        forget(tmp_path)
    assert left(tmp_path) == {HIDDEN: ("sent", "", 1)}


def test_who_is_forgotten_is_known_where_they_are_met_again(tmp_path: Path, store: SqliteStore) -> None:
    bring(store, "bob", State.SENT)
    met(tmp_path, State.SENT)
    forget(tmp_path)
    known = Remembering(store, {ANN: HIDDEN, "bob": "forgotten:2", "eve": "forgotten:3"}.__getitem__)
    assert {key: entry.state for key, entry in known.states([ANN, "bob", "eve"]).items()} == {
        ANN: State.SENT,
        "bob": State.SENT,
    }


@given(st.text(), st.sampled_from([ANN, "zoë@example.org", "straße@example.org"]), st.text(), st.booleans())
def test_no_text_names_them_any_more(before: str, address: str, after: str, upper: bool) -> None:
    text = f"{before}{address.upper() if upper else address}{after}"
    assert address.casefold() not in without(address.casefold(), text).casefold()

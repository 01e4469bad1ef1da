from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.ledger.forgetting import without
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Store
from tests.ledger.examples import bring, intent, opened, result

ANN, HIDDEN = "ann@example.org", "forgotten:7"


def met(ledgers: Ledgers, state: State, *, key: str = ANN, gave_up: bool = False) -> None:
    """Let somebody who is called `ann` come into a state."""
    with closing(opened(ledgers)) as store:
        store.write([replace(intent("ann"), key=key)], [])
        if state is not State.SENDING:
            store.write([], [result(key, state, gave_up=gave_up)])


def forget(ledgers: Ledgers) -> int:
    """Forget her, whoever was forgotten before."""
    with closing(ledgers.suppression(write=True)) as suppression:
        suppression.forget(ANN, 100.0)
    return ledgers.erase("welcome", ANN, rehearsal=False)


def left(ledgers: Ledgers) -> dict[str, tuple[str, str, int]]:
    with closing(opened(ledgers)) as store:
        return {
            HIDDEN if each.key.startswith("forgotten:") else each.key: (
                each.state.value,
                each.address,
                len(store.attempts(each.key)),
            )
            for each in store.entries()
        }


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
    ledgers: Ledgers, state: State, gave_up: bool, kept: str
) -> None:
    met(ledgers, state, gave_up=gave_up)
    assert forget(ledgers) == 1
    assert left(ledgers) == ({HIDDEN: (kept, "", 1)} if kept else {})


def test_a_key_that_is_no_address_stays(ledgers: Ledgers) -> None:
    met(ledgers, State.SENT, key="4711")
    assert forget(ledgers) == 1
    assert left(ledgers) == {"4711": ("sent", "", 1)}


def test_who_came_back_and_is_forgotten_again_has_one_entry(ledgers: Ledgers) -> None:
    for state in (State.FAILED, State.SENT):
        met(ledgers, state)
        forget(ledgers)
    assert left(ledgers) == {HIDDEN: ("sent", "", 1)}


def test_who_is_forgotten_is_known_where_they_are_met_again(ledgers: Ledgers, store: Store) -> None:
    bring(store, "bob", State.SENT)
    met(ledgers, State.SENT)
    forget(ledgers)
    known = ledgers.remembering(store)
    assert {key: entry.state for key, entry in known.states([ANN, "bob", "eve"]).items()} == {
        ANN: State.SENT,
        "bob": State.SENT,
    }


@given(st.text(), st.sampled_from([ANN, "zoë@example.org", "straße@example.org"]), st.text(), st.booleans())
def test_no_text_names_them_any_more(before: str, address: str, after: str, upper: bool) -> None:
    text = f"{before}{address.upper() if upper else address}{after}"
    assert address.casefold() not in without(address.casefold(), text).casefold()

import pytest

from mailgrid.errors import LedgerError
from mailgrid.hookspecs import Status
from mailgrid.ledger.states import RESULTS, TRANSITIONS, Event, State, follow, sources
from mailgrid.ledger.store import Store
from tests.ledger.examples import bring, happen, state_of

EVERY_PAIR = [(state, event) for state in State for event in Event]


def name(value: State | Event) -> str:
    return str(value.value)


def test_every_state_can_be_reached_and_every_event_can_happen() -> None:
    reached = {State.PENDING}
    for _ in State:
        reached |= {after for (before, _), after in TRANSITIONS.items() if before in reached}
    assert reached == set(State)
    assert {event for _, event in TRANSITIONS} == set(Event)


def test_nothing_leads_out_of_sent() -> None:
    assert [event for before, event in TRANSITIONS if before is State.SENT] == []


def test_sent_is_reached_by_a_yes_or_by_the_users_word_alone() -> None:
    assert {event for (_, event), after in TRANSITIONS.items() if after is State.SENT} == {
        Event.ACCEPT,
        Event.FIND,
        Event.ADOPT,
    }


def test_who_is_in_doubt_leaves_by_the_users_word_alone() -> None:
    assert {event for before, event in TRANSITIONS if before is State.IN_DOUBT} == {
        Event.INTEND,
        Event.FIND,
        Event.MISS,
        Event.ADOPT,
    }


def test_an_event_leads_to_one_state_from_wherever() -> None:
    for event in Event:
        assert len({after for (_, possible), after in TRANSITIONS.items() if possible is event}) == 1


def test_all_results_may_happen_in_the_same_states() -> None:
    assert {sources(event) for event in RESULTS.values()} == {(State.SENDING,)}


def test_the_statuses_of_outcomes_are_results() -> None:
    names = {state.value for state in RESULTS} - {"pending", "suppressed"} | {"unsent"}
    assert names == {status.value for status in Status}


def test_a_withdrawal_leads_back_to_where_the_intent_came_from() -> None:
    for origin in sources(Event.INTEND):
        assert follow(State.SENDING, Event.WITHDRAW, origin) is origin


@pytest.mark.parametrize("state, event", EVERY_PAIR, ids=name)
def test_the_store_does_what_the_table_says(store: Store, state: State, event: Event) -> None:
    bring(store, "ann", state)
    if event is Event.CRASH and (state, event) not in TRANSITIONS:
        assert store.recover() == 0
        assert state_of(store, "ann") is state
    elif (state, event) in TRANSITIONS:
        happen(store, "ann", event)
        assert state_of(store, "ann") is follow(state, event)
    else:
        with pytest.raises(LedgerError, match="the ledger refuses: 1 of 1"):
            happen(store, "ann", event)
        assert state_of(store, "ann") is state


@pytest.mark.parametrize("state, event", [pair for pair in EVERY_PAIR if pair not in TRANSITIONS], ids=name)
def test_what_the_table_does_not_hold_is_refused(state: State, event: Event) -> None:
    with pytest.raises(LedgerError, match=f"`{event.value}` cannot happen to a recipient that is `{state.value}`"):
        follow(state, event)

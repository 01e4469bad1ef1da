"""The states of a recipient, and the one table that says how they change.

Everything else that speaks of states reads this table: the SQL of the store, `status`, the tests' model.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from mailgrid.errors import LedgerError

__all__ = ["KEPT", "RESULTS", "TRANSITIONS", "Event", "State", "follow", "sources"]


class State(Enum):
    """Where a recipient stands. Who is in the audience without a row in the ledger is pending."""

    __hash__ = object.__hash__  # each member is one of a kind; Enum's own is a call of Python for every message

    PENDING = "pending"  #: nothing was written to the far side that could have arrived
    SENDING = "sending"  #: may be on the wire now
    SENT = "sent"  #: the far side has taken responsibility, and this is durable
    FAILED = "failed"  #: refused for good, or given up
    DEFERRED = "deferred"  #: refused for now, to be tried again
    IN_DOUBT = "in_doubt"  #: written, and no answer was seen: never sent again unless the user says so
    SUPPRESSED = "suppressed"  #: on the do-not-mail list when its turn came


class Event(Enum):
    """What may happen to a recipient."""

    INTEND = "intend"  #: a worker is about to write the message
    ACCEPT = "accept"  #: the far side said yes to the end of the message
    REFUSE = "refuse"  #: it said no for good, or we gave up
    DEFER = "defer"  #: it said not now
    LOSE = "lose"  #: it said nothing
    WITHDRAW = "withdraw"  #: the message was never written: unsent
    SUPPRESS = "suppress"  #: the address is on the do-not-mail list
    CRASH = "crash"  #: the run that was sending is dead
    FIND = "find"  #: the user knows that it arrived
    MISS = "miss"  #: the user knows that it did not arrive
    ADOPT = "adopt"  #: the user knows that another program has sent it


#: (state, event) → state. WITHDRAW undoes its INTEND: it leads to PENDING after a first attempt, and after a later
#: one back to the state that the INTEND came from. So does SUPPRESS where that state was FAILED or IN_DOUBT: who comes
#: off the list again must not be written to on that account.
TRANSITIONS: Mapping[tuple[State, Event], State] = MappingProxyType(
    {
        (State.PENDING, Event.INTEND): State.SENDING,
        (State.DEFERRED, Event.INTEND): State.SENDING,
        (State.FAILED, Event.INTEND): State.SENDING,
        (State.IN_DOUBT, Event.INTEND): State.SENDING,
        (State.SUPPRESSED, Event.INTEND): State.SENDING,
        (State.SENDING, Event.ACCEPT): State.SENT,
        (State.SENDING, Event.REFUSE): State.FAILED,
        (State.SENDING, Event.DEFER): State.DEFERRED,
        (State.SENDING, Event.LOSE): State.IN_DOUBT,
        (State.SENDING, Event.WITHDRAW): State.PENDING,
        (State.SENDING, Event.SUPPRESS): State.SUPPRESSED,
        (State.SENDING, Event.CRASH): State.IN_DOUBT,
        (State.IN_DOUBT, Event.FIND): State.SENT,
        (State.IN_DOUBT, Event.MISS): State.PENDING,
        (State.PENDING, Event.ADOPT): State.SENT,
        (State.DEFERRED, Event.ADOPT): State.SENT,
        (State.FAILED, Event.ADOPT): State.SENT,
        (State.IN_DOUBT, Event.ADOPT): State.SENT,
        (State.SUPPRESSED, Event.ADOPT): State.SENT,
    },
)

#: What SUPPRESS does not change.
KEPT = (State.FAILED, State.IN_DOUBT)

#: The event by which a result of this state ends an attempt.
RESULTS: Mapping[State, Event] = MappingProxyType(
    {
        after: event
        for (before, event), after in TRANSITIONS.items()
        if before is State.SENDING and event is not Event.CRASH
    },
)


def follow(state: State, event: Event, origin: State = State.PENDING) -> State:
    """Return the state after an event. `origin` is where the INTEND came from that a WITHDRAW undoes.

    Raises:
        LedgerError: this event cannot happen in this state.
    """
    after = TRANSITIONS.get((state, event))
    if after is None:
        raise LedgerError(f"`{event.value}` cannot happen to a recipient that is `{state.value}`")
    return origin if event is Event.WITHDRAW or (event is Event.SUPPRESS and origin in KEPT) else after


def sources(event: Event) -> tuple[State, ...]:
    """Return the states in which an event may happen."""
    return tuple(before for before, possible in TRANSITIONS if possible is event)

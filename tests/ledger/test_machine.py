"""Random operations against a small model: a dictionary of what the ledger should say about each key."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mailgrid.errors import LedgerError
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.opening import open_ledgers
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.states import RESULTS, TRANSITIONS, Event, State, follow
from mailgrid.ledger.store import Store
from tests.ledger.examples import intent, opened, result
from tests.postgres import schema

KEYS = st.sets(st.sampled_from(["ann", "bob", "eve", "Zoë", "%", "ann "]), min_size=1)
UNCOUNTED = {Event.WITHDRAW, Event.SUPPRESS}


@dataclass
class Known:
    state: State = State.PENDING
    origin: State = State.PENDING
    tried: int = 0

    def meets(self, event: Event) -> None:
        before, self.state = self.state, follow(self.state, event, self.origin)
        if event is Event.INTEND:
            self.origin = before
        elif before is State.SENDING and event not in UNCOUNTED:
            self.tried += 1


class Mailing(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.ledgers = self.made()
        self.store: Store = opened(self.ledgers)
        self.model: dict[str, Known] = {}

    def made(self) -> Ledgers:
        """Make an empty place for ledgers."""
        self.folder = tempfile.TemporaryDirectory()
        return open_ledgers("ledgers", Path(self.folder.name))

    def allowed(self, keys: set[str], event: Event) -> bool:
        return all((self.model.get(key, Known()).state, event) in TRANSITIONS for key in keys)

    def meet(self, keys: set[str], event: Event) -> None:
        for key in keys:
            self.model.setdefault(key, Known()).meets(event)

    @rule(keys=KEYS)
    def intend(self, keys: set[str]) -> None:
        intents = [intent(key) for key in keys]
        self.attempt(keys, Event.INTEND, lambda: self.store.write(intents, []))

    @rule(keys=KEYS, state=st.sampled_from(sorted(RESULTS, key=str)))
    def end(self, keys: set[str], state: State) -> None:
        results = [result(key, state) for key in keys]
        self.attempt(keys, RESULTS[state], lambda: self.store.write([], results))

    @rule(keys=KEYS, sent=st.booleans())
    def resolve(self, keys: set[str], *, sent: bool) -> None:
        event = Event.FIND if sent else Event.MISS
        self.attempt(keys, event, lambda: self.store.resolve(sorted(keys), sent=sent, now=9.0))

    @rule(keys=KEYS)
    def adopt(self, keys: set[str]) -> None:
        people = [(key, f"{key}@example.org") for key in keys]
        self.attempt(keys, Event.ADOPT, lambda: self.store.adopt(people, "adopted", 9.0))

    def attempt(self, keys: set[str], event: Event, act: Callable[[], None]) -> None:
        if self.allowed(keys, event):
            act()
            self.meet(keys, event)
            return
        try:
            act()
        except LedgerError:
            return
        raise AssertionError(f"{event} was let through")

    @rule(ended=KEYS, begun=KEYS, state=st.sampled_from([State.SENT, State.DEFERRED, State.PENDING]))
    def ride_together(self, ended: set[str], begun: set[str], state: State) -> None:
        """Results of one window ride with the intents of the next one."""
        ended = {key for key in ended if self.allowed({key}, RESULTS[state])}
        begun = {key for key in begun if self.allowed({key}, Event.INTEND)}
        self.store.write([intent(key) for key in begun], [result(key, state) for key in ended])
        self.meet(ended, RESULTS[state])
        self.meet(begun, Event.INTEND)

    @precondition(lambda self: self.model)
    @rule(clean=st.booleans())
    def begin_again(self, *, clean: bool) -> None:
        """End the process, cleanly or not, and begin the next run."""
        crashed = self.store
        if clean:
            crashed.close()
        self.store = opened(self.ledgers)
        sending = {key for key, known in self.model.items() if known.state is State.SENDING}
        assert self.store.recover() == len(sending)
        self.meet(sending, Event.CRASH)
        crashed.close()

    @invariant()
    def says_the_same(self) -> None:
        entries = {entry.key: entry for entry in self.store.entries()}
        touched = {key for key, known in self.model.items() if known.state is not State.PENDING or known.tried}
        assert set(entries) == touched
        for key in touched:
            assert entries[key].state is self.model[key].state
            assert len(self.store.attempts(key)) == self.model[key].tried
        assert self.store.states(list(self.model)) == entries
        assert sum(self.store.counts().values()) == len(entries)

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


class SharedMailing(Mailing):
    def made(self) -> Ledgers:
        """Make an empty place for ledgers, in a database."""
        self.folder = tempfile.TemporaryDirectory()
        return open_ledgers(schema(), Path(self.folder.name))

    def teardown(self) -> None:
        assert isinstance(self.ledgers, Database)
        self.ledgers.server.close()
        super().teardown()


TestMailing = Mailing.TestCase
TestMailing.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestSharedMailing = SharedMailing.TestCase
TestSharedMailing.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)

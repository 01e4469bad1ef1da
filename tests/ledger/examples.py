"""A mailing, and the values that the tests record for it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.sqlite import SqliteStore
from mailgrid.ledger.states import RESULTS, Event, State
from mailgrid.ledger.store import Identity, Intent, Result, Store

WELCOME = Identity("welcome", "", "email", "campaigns/welcome.mailgrid")


def opened(ledgers: Ledgers, *, write: bool = True, edition: str = "") -> Store:
    return ledgers.store(replace(WELCOME, edition=edition), rehearsal=False, write=write)


def opened_file(folder: Path, *, write: bool = True) -> SqliteStore:
    return SqliteStore(folder / "welcome.db", WELCOME, root=folder, write=write)


def intent(key: str, *, attempt: int = 1, time: float = 100.0) -> Intent:
    return Intent(key, f"{key}@example.org", f"<{key}@mailgrid>", attempt, time)


def result(key: str, state: State = State.SENT, **fields: Any) -> Result:
    given: dict[str, Any] = {"code": 250, "enhanced": "2.0.0", "reply": "queued as 4F8X", "time": 101.0, "seconds": 0.5}
    return Result(key, state, **(given | fields))


def bring(store: Store, key: str, state: State) -> None:
    """Bring a key that is pending into a state."""
    if state is not State.PENDING:
        store.write([intent(key)], [])
    if state not in {State.PENDING, State.SENDING}:
        store.write([], [result(key, state)])


def happen(store: Store, key: str, event: Event) -> None:
    """Let an event happen to one key."""
    if event is Event.INTEND:
        store.write([intent(key)], [])
    elif event is Event.CRASH:
        store.recover()
    elif event in {Event.FIND, Event.MISS}:
        store.resolve([key], sent=event is Event.FIND, now=200.0)
    elif event is Event.ADOPT:
        store.adopt([(key, f"{key}@example.org")], "adopted from keys.csv", 200.0)
    else:
        state = next(state for state, ending in RESULTS.items() if ending is event)
        store.write([], [result(key, state)])


def state_of(store: Store, key: str) -> State:
    entry = store.entry(key)
    return State.PENDING if entry is None else entry.state

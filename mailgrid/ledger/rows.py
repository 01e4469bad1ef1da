"""Rows: what the stores have in common: what a row of a table means, and what is refused."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mailgrid.errors import LedgerError
from mailgrid.hookspecs import Counts
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Entry, Intent, Result, Run

__all__ = ["agree", "entry_of", "parted", "run_of", "storable"]

_STATES = {state.value: state for state in State}
_COUNTED = ("sent", "failed", "deferred", "in_doubt")


def agree(changed: int, wanted: int, what: str) -> None:
    """Refuse what the table of transitions does not know; whose it was is not said, errors hold no addresses.

    Raises:
        LedgerError: fewer rows were changed than was wanted.
    """
    if changed != wanted:
        raise LedgerError(f"the ledger refuses: {wanted - changed} of {wanted} {what}")


def parted(
    states: Callable[[Sequence[str]], Mapping[str, Entry]], intents: Sequence[Intent], results: Sequence[Result]
) -> tuple[list[Result], list[Result]]:
    """Part the results into those that come before the intents, and those that belong to these intents."""
    both = {intent.key for intent in intents}.intersection(result.key for result in results)
    if not both:
        return list(results), []
    sending = {key for key, entry in states(list(both)).items() if entry.state is State.SENDING}
    before: list[Result] = []
    after: list[Result] = []
    for result in results:
        (before if result.key in sending or result.key not in both else after).append(result)
        sending.discard(result.key)  # a second one can only be that of the new intent
    return before, after


def storable(text: str) -> str:
    """Write out bytes of a reply that were no UTF-8 (lone surrogates here): they must not cost us the record."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def entry_of(row: tuple[Any, ...]) -> Entry:
    """Return the entry that a row stands for, its columns in the order of the fields."""
    key, address, state, attempts, first, due, gave_up, *rest = row
    return Entry(key, address, _STATES[state], attempts, first, due, bool(gave_up), *rest)


def run_of(row: tuple[Any, ...]) -> Run:
    """Return the run that a row stands for."""
    number, transport, to_send, started, ended, exit_code, *counted = row
    counts = None if ended is None else Counts(**dict(zip(_COUNTED, counted, strict=True)))
    return Run(number, transport, to_send, started, ended, counts, exit_code)

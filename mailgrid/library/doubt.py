"""Doubts: those of whom it is not known whether they got their message, and what settles it."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Entry, Identity, Store

__all__ = ["Doubt", "doubts"]

_OPEN = (State.IN_DOUBT, State.SENDING)


@dataclass(slots=True)
class Doubt:
    """The doubtful messages of one mailing, its ledger open for writing and its run lock held."""

    identity: Identity
    store: Store
    entries: list[Entry]

    def matching(self, word: str) -> list[Entry]:
        """Return those with this key, or this address in whatever case."""
        return [entry for entry in self.entries if word == entry.key or word.casefold() == entry.address.casefold()]

    def settle(self, entries: Iterable[Entry], *, sent: bool, now: float) -> int:
        """Record that these have arrived, or that they have not; return how many.

        Raises:
            LedgerError: one is not in doubt any more; nothing was recorded.
        """
        keys = {entry.key for entry in entries}
        self.store.resolve(sorted(keys), sent=sent, now=now)
        self.entries = [entry for entry in self.entries if entry.key not in keys]
        return len(keys)


@contextmanager
def doubts(folder: Ledgers, campaigns: Iterable[str]) -> Iterator[list[Doubt]]:
    """Hold the campaigns among these that have doubtful messages, one Doubt an edition; rehearsals have none to settle.

    Raises:
        Refused: MG606, a run of one of them holds its lock.
        LedgerError: a ledger cannot be read or written.
    """
    with ExitStack() as stack:
        found = []
        for name in campaigns:
            if not _has_any(folder, name):
                continue
            stack.enter_context(folder.lock(name))
            for identity in folder.identities(name, rehearsal=False):
                store = stack.enter_context(closing(folder.store(identity, rehearsal=False, write=True)))
                store.recover()
                found.append(Doubt(identity, store, list(store.entries({State.IN_DOUBT}))))
        yield found


def _has_any(folder: Ledgers, campaign: str) -> bool:
    for identity in folder.identities(campaign, rehearsal=False):
        with closing(folder.store(identity, rehearsal=False, write=False)) as store:
            counts = store.counts()
        if any(counts[state] for state in _OPEN):
            return True
    return False

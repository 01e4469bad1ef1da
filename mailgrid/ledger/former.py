"""Continued: a campaign's ledger together with those of the names that the campaign had before."""

from collections.abc import Sequence

from mailgrid.ledger.states import State
from mailgrid.ledger.store import Entry, Store

__all__ = ["Continued", "is_settled"]

_SETTLED = frozenset({State.SENT, State.FAILED, State.IN_DOUBT, State.SENDING})


class Continued:
    """Knows who got a campaign, under its present name or a former one.

    Former ledgers are only read, so nothing is copied that a crash could leave half done. What they say counts where
    it settles something: somebody who was only deferred under another name is tried afresh under this one.

    Args:
        store: the ledger of the present name.
        former: those of the former ones, the latest first.
    """

    def __init__(self, store: Store, former: Sequence[Store]) -> None:
        self._store = store
        self._former = former

    def states(self, keys: Sequence[str]) -> dict[str, Entry]:
        """Return what is known about these keys.

        Raises:
            LedgerError: a ledger cannot be read.
        """
        known = self._store.states(keys)
        for former in self._former:
            open_keys = [key for key in keys if key not in known or known[key].state is not State.SENT]
            for key, entry in former.states(open_keys).items():
                if entry.state is State.SENT or (is_settled(entry) and not is_settled(known.get(key))):
                    known[key] = entry
        return known


def is_settled(entry: Entry | None) -> bool:
    """Tell whether somebody is not simply written to again."""
    return entry is not None and entry.state in _SETTLED and not entry.gave_up

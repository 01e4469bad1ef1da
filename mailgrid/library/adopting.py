"""Adopting: people whom another program has sent a mailing, recorded so that this one does not send it again."""

from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice

from mailgrid.ledger import lockfile
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Store
from mailgrid.library.former import identity_of
from mailgrid.library.loading import Loaded
from mailgrid.planning.plan import Plan
from mailgrid.value import value

__all__ = ["Adoption", "adopt"]

_CHUNK = 5_000  # people in one transaction


@value
class Adoption:
    """How many were recorded, and how many had it already."""

    adopted: int
    already: int


def adopt(loaded: Loaded, plan: Plan, people: Iterable[tuple[str, str]], source: str, now: float) -> Adoption:
    """Record people as sent, in any number, and in `mailgrid.lock` that the mailing has begun.

    Args:
        loaded: the file.
        plan: the campaign, bound; its real ledger is meant, whatever its transport is today.
        people: key and address. After a crash a part of them may be recorded; to do it again changes nothing.
        source: where that is known from, which `log` shows in place of a reply.
        now: the time, in seconds since 1970.

    Raises:
        Refused: a run of the campaign is under way, or `mailgrid.lock` names a ledger that is not here.
        LedgerError: the ledger cannot be read or written.
    """
    identity, project = identity_of(plan), loaded.world.project
    with loaded.ledger.lock(plan.name):
        with closing(loaded.ledger.store(identity, rehearsal=False, write=False)) as store:
            lockfile.check(project.root, plan.name, plan.edition, store.id or None, project.environment)
        with closing(loaded.ledger.store(identity, rehearsal=False, write=True)) as store:
            store.recover()
            found = _record(store, people, source, now)
            today = datetime.fromtimestamp(now, UTC).date()
            lockfile.record(project.root, plan.name, plan.edition, store.id, today, project.environment)
    return found


def _record(store: Store, people: Iterable[tuple[str, str]], source: str, now: float) -> Adoption:
    adopted = already = 0
    remaining = iter(people)
    while chunk := list(islice(remaining, _CHUNK)):
        unique = dict(chunk)
        known = store.states(list(unique))
        new = [(key, unique[key]) for key in unique if key not in known or known[key].state is not State.SENT]
        store.adopt(new, source, now)
        adopted, already = adopted + len(new), already + len(chunk) - len(new)
    return Adoption(adopted, already)

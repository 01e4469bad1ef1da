"""Former names: whom a campaign wrote to before it was renamed, and whether it was renamed without saying so."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime
from itertools import islice

from mailgrid.language.campaign import Campaign
from mailgrid.language.diagnostics import Diagnostic, Edit
from mailgrid.language.text import Span
from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Identity, Store
from mailgrid.planning.plan import Plan
from mailgrid.value import value

__all__ = ["Former", "identity_of"]

_BATCH = 500
#: From this part of its people on a new campaign is taken for another one that was renamed.
_LARGELY = 0.5


def identity_of(plan: Plan) -> Identity:
    """Return which mailing a plan is about."""
    return Identity(plan.name, plan.edition, plan.key or "address", plan.path)


@value
class _Old:
    """A campaign that was sent from this file and is not in it any more, and to how many people."""

    name: str
    sent: int
    last: float


class Former:
    """What ledgers of other names know about a campaign.

    Args:
        folder: where ledgers are.
        plan: the campaign, bound.
    """

    def __init__(self, folder: Ledgers, plan: Plan) -> None:
        self._folder = folder
        self._plan = plan
        self._rehearsal = not plan.reaches_people
        self._known = {name for name, rehearsal in folder.campaigns() if rehearsal is self._rehearsal}

    def lock(self, stack: ExitStack) -> None:
        """Hold the run locks of the former names, so that no run of an old file sends at the same time.

        Raises:
            Refused: one does.
            MailgridError: MG607, its keys were made in another way; a ledger that is not made yet is not made then.
        """
        for name in self._names:
            stack.enter_context(self._folder.lock(name, rehearsal=self._rehearsal))
            self._open(name).close()

    def opened(self, stack: ExitStack) -> tuple[Store, ...]:
        """Return the ledgers of the former names, the latest first; `stack` closes them.

        Raises:
            LedgerError: one cannot be read.
            MailgridError: MG607, its keys were made in another way.
        """
        return tuple(stack.enter_context(closing(self._open(name))) for name in reversed(self._names))

    def id_of(self, name: str) -> str | None:
        """Return the name of a former name's ledger; None where there is none here."""
        if name not in self._known:
            return None
        with closing(self._open(name)) as store:
            return store.id or None

    def renamed(self, campaign: Campaign, others: Iterable[str], keys: Iterator[str]) -> Diagnostic | None:
        """Warn, W606, of a new campaign most of whose people got one that is not in the file any more.

        Args:
            campaign: the campaign.
            others: the names of all campaigns of its file.
            keys: of those to be written to; they are gone through where there is a campaign that comes into question.
        """
        if not self._is_new() or not (names := self._gone(others)):
            return None
        people, found = self._count(names, keys)
        best = max(found, key=lambda each: each.sent)
        if not best.sent or best.sent < _LARGELY * people:
            return None
        got = f"{best.sent:,} of its {people:,} people got `{best.name}`{_on(best.last)}"
        return _warning(campaign, best.name, got)

    def left(self, campaign: Campaign, others: Iterable[str]) -> Diagnostic | None:
        """Warn, W606, of a new campaign beside one that was sent from its file and is not in it any more."""
        if not self._is_new() or not (names := self._gone(others)):
            return None
        found = [self._total(name) for name in names]
        best = max(found, key=lambda each: each.sent)
        if not best.sent:
            return None
        got = f"`{best.name}`, which is not in this file any more, went to {best.sent:,} people"
        return _warning(campaign, best.name, got)

    @property
    def _names(self) -> list[str]:
        return [name for name in self._plan.former if name in self._known]

    def _open(self, name: str) -> Store:
        # Without a path: a campaign may have moved to another file when it was renamed.
        identity = replace(identity_of(self._plan), campaign=name, path="")
        return self._folder.store(identity, rehearsal=self._rehearsal, write=False)

    def _is_new(self) -> bool:
        with closing(self._open(self._plan.name)) as store:
            return not any(store.counts().values())

    def _gone(self, others: Iterable[str]) -> list[str]:
        """Return the campaigns that were sent from this file, with such keys, and are not in it any more."""
        names = self._known - {*others, *self._plan.former, self._plan.name}
        wanted = identity_of(self._plan)
        return [
            name
            for name in sorted(names)
            if wanted.path
            and replace(wanted, campaign=name) in self._folder.identities(name, rehearsal=self._rehearsal)
        ]

    def _count(self, names: Iterable[str], keys: Iterator[str]) -> tuple[int, list[_Old]]:
        """Go through people once: return how many they are, and how many of them got each of the campaigns."""
        people, sent, last = 0, Counter[str](), dict.fromkeys(names, 0.0)
        with ExitStack() as stack:
            stores = {name: stack.enter_context(closing(self._open(name))) for name in last}
            while batch := list(islice(keys, _BATCH)):
                people += len(batch)
                for name, store in stores.items():
                    got = [entry for entry in store.states(batch).values() if entry.state is State.SENT]
                    sent[name] += len(got)
                    last[name] = max([last[name], *(entry.time or 0.0 for entry in got)])
        return people, [_Old(name, sent[name], moment) for name, moment in last.items()]

    def _total(self, name: str) -> _Old:
        with closing(self._open(name)) as store:
            return _Old(name, store.counts()[State.SENT], 0.0)


def _warning(campaign: Campaign, former: str, got: str) -> Diagnostic:
    facts = {"found": campaign.name, "got": got, "former": former}
    return Diagnostic("W606", campaign.span, facts, edit=_edit(campaign, former))


def _edit(campaign: Campaign, former: str) -> Edit | None:
    """Return the edit that adds `formerly`: behind the last one, else at the start of the campaign."""
    if campaign.formerly:
        place = campaign.formerly[-1].span
    elif campaign.body:
        place = campaign.body
    else:
        return None
    text = place.text
    if text is not campaign.span.text:
        return None  # it comes from `defaults` of another file
    rest = text.content[place.end :].partition("\n")[0].partition("#")[0]
    return Edit(Span(text, place.end, place.end), f"\n  formerly {former}" + ("\n " if rest.strip() else ""))


def _on(moment: float) -> str:
    day = datetime.fromtimestamp(moment).astimezone()
    return f" on {day.day} {day:%b %Y}" if moment else ""

"""Sending: one chunk, with the pipeline of a single machine."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial

from mailgrid.cluster.chunks import Counted, Held, Outcome
from mailgrid.cluster.guard import Guard
from mailgrid.cluster.leased_store import LeasedStore
from mailgrid.cluster.lines import GuardedTransport
from mailgrid.cluster.part import Part
from mailgrid.cluster.reckoning import left, reckon
from mailgrid.errors import MailgridError
from mailgrid.ledger.control import Wish
from mailgrid.ledger.store import Entry, Identity
from mailgrid.message.address import comparable
from mailgrid.pipeline.audience import Audience, Person
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.executor import Executor
from mailgrid.pipeline.gate import Gate
from mailgrid.pipeline.lanes import Lanes, lane_of
from mailgrid.pipeline.progress import Progress
from mailgrid.pipeline.tally import Tally
from mailgrid.planning.plan import Plan

__all__ = ["Sending"]

_KEYS = 5000


class Sending:
    """One chunk on its way.

    Args:
        part: this host's part in the run.
        held: the chunk.
        events: is called with each outcome once it is durable.
    """

    def __init__(self, part: Part, held: Held, events: Callable[[Event], None] | None = None) -> None:
        self.held = held
        self.guard = Guard()
        self._part = part
        self._events = events
        self._before = Counted()
        self._executor: Executor | None = None
        self._stopped = False
        self.error: MailgridError | None = None
        run = held.run
        identity = Identity(run.campaign, run.edition, run.spec.key, "")
        self._store = LeasedStore(
            part.database.server,
            identity,
            rehearsal=run.rehearsal,
            lease=held.lease,
            run=run.ledger_run,
            guard=self.guard,
        )

    @property
    def progress(self) -> Progress | None:
        """What this host has done with the chunk so far; None before it begins."""
        return self._executor.progress if self._executor else None

    @property
    def counted(self) -> Counted:
        """What became of the chunk's people so far, what other hosts did included."""
        counts = self._executor.progress.counts if self._executor else {}
        return Counted(*(before + counts.get(name, 0) for name, before in zip(_NAMES, self._before, strict=True)))

    def __call__(self) -> Outcome:
        """Send, and return how the chunk is left.

        Raises:
            LedgerError: it cannot be found out how it is left.
        """
        known = self._known()
        people = list(left(self.held.members, known))
        before = reckon(self.held.members, known, wait=self._wait).counted
        self._before = replace(before, deferred=0)  # who waits is counted by who sends
        if people:
            with ExitStack() as stack:
                self._send(people, stack)
        return reckon(self.held.members, self._known(), wait=self._wait)

    def stop(self) -> None:
        """Take nobody new; what is in flight finishes."""
        self._stopped = True
        if self._executor is not None:
            self._executor.interrupt()

    @property
    def _wait(self) -> bool:
        return self.held.run.spec.wait

    def _known(self) -> dict[str, Entry]:
        keys = [member.person.recipient.key for member in self.held.members]
        known: dict[str, Entry] = {}
        for start in range(0, len(keys), _KEYS):
            known |= self._store.states(keys[start : start + _KEYS])
        return known

    def _send(self, people: Sequence[Person], stack: ExitStack) -> None:
        part = self._part
        part.clock.adjust()
        if part.files is not None:
            stack.enter_context(part.files.of(people))
        audience = stack.enter_context(closing(Audience(part.plan.origin, lane_of(part.plan))))
        audience.add(people)
        tally = Tally()
        tally.standings.update(audience.standings())
        tally.waiting = audience.waiting()
        self._executor = executor = Executor(
            self._plan(),
            tally,
            audience,
            self._store,
            observers=part.observers,
            events=self._events,
            wait=False,
            limits=part.limits,
            shares=part.shares,
            gate=_Gate(part, people),
            lanes=self._lanes(audience),
            wish=lambda: Wish(paused=part.wish.paused),
            clock=part.clock,
        )
        if self._stopped:
            executor.interrupt()
        self.error = executor.run(self._tick).error

    def _plan(self) -> Plan:
        """Return the plan as a chunk has it: its limits are the run's, its sessions are kept, and guarded."""
        plan = self._part.plan
        carriers = tuple(
            replace(carrier, transport=GuardedTransport(lines, self.guard))
            for carrier, lines in zip(plan.carriers, self._part.lines, strict=True)
        )
        return replace(plan, carriers=carriers, rate=None, burst=1, quota=None)

    def _lanes(self, audience: Audience) -> Lanes | None:
        part = self._part
        if part.turns is None:
            return None
        exchange = partial(part.buckets.exchange_domains, rehearsal=not part.plan.reaches_somebody)
        return Lanes(audience, part.plan.domains, part.plan.cost, exchange, part.clock.now, part.turns)

    def _tick(self, executor: Executor) -> None:
        if self._stopped or self.guard.lost:
            executor.interrupt()


_NAMES = ("sent", "failed", "deferred", "in_doubt", "suppressed")


class _NoLists:
    """The campaign's own lists were asked when people were gathered, and do not change."""

    @staticmethod
    def find(addresses: Sequence[str]) -> dict[str, str]:
        del addresses
        return {}


class _Gate(Gate):
    """Keeps back who came onto the project's list since people were gathered, before this chunk or while it is sent."""

    def __init__(self, part: Part, people: Sequence[Person]) -> None:
        super().__init__(_NoLists(), part.do_not_mail, part.clock.now)
        self._listed = set(self.barred([comparable(person.recipient.address) for person in people]))

    def held(self, people: Sequence[Person]) -> list[Person]:
        """Return those who are kept back."""
        later = super().held(people)
        if not self._listed:
            return later
        return [person for person in people if person in later or comparable(person.recipient.address) in self._listed]

"""A story: one campaign, killed and run again until nothing is left; what was promised is checked after each life."""

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from types import SimpleNamespace

from mailgrid.errors import LedgerError, TemplateError
from mailgrid.hookspecs import Message, Recipient
from mailgrid.ledger.project import Bucket
from mailgrid.ledger.states import State
from mailgrid.pipeline.audience import Audience
from mailgrid.pipeline.executor import Executor
from mailgrid.pipeline.gather import Again, Gather
from mailgrid.pipeline.lanes import Lanes, lane_of
from mailgrid.pipeline.observers import Observers
from mailgrid.pipeline.shared_quota import SharedQuota
from mailgrid.pipeline.shared_throttle import SharedThrottle
from mailgrid.pipeline.shares import Shares
from mailgrid.pipeline.throttles import Limit
from mailgrid.planning.carrier import Carrier
from mailgrid.planning.plan import Plan
from mailgrid.report import CampaignReport
from tests.pipeline.campaign import NobodyWatches, plan_of
from tests.simulation.far_side import FarSide, Meter
from tests.simulation.ledger import Disk, Ledger
from tests.simulation.mail import Mail
from tests.simulation.promises import demand, within_quota, within_rate
from tests.simulation.schedule import EPOCH, Failed, Schedule
from tests.simulation.script import HOSTS, script
from tests.simulation.threads import ScheduledClock, on

__all__ = ["simulate"]

#: So many lives after the last bad one must be enough to come to an end.
_LIVES = 12
#: So often the shared bucket is kept by somebody else.
_BUSY = 0.1
#: So often the first of two routes is found not to work before anybody is sent to.
_DOWN = 0.1
_FINAL = {State.SENT, State.FAILED, State.IN_DOUBT}
_AUDIENCE = Audience("welcome")  # one for all lives: to make one takes as long as a life
_OBSERVERS = Observers(NobodyWatches())


@dataclass(frozen=True)
class Quill:
    """Writes messages as a renderer does, in no time; `unwritable` are those for whom that fails."""

    unwritable: frozenset[str]
    copies: int
    is_personal = False  # nobody gets a file of their own

    def address_of(self, fields: Mapping[str, object]) -> SimpleNamespace:
        return SimpleNamespace(key=fields["email"], wire=fields["email"])

    def __call__(self, recipient: Recipient) -> Message:
        if recipient.key in self.unwritable:
            raise TemplateError("a name is missing")
        return Message(
            recipient=recipient,
            mail_from="news@example.com",
            rcpt_to=recipient.address,
            content=b"",
            message_id=recipient.key,
            copies=tuple(f"{number}.{recipient.address}" for number in range(self.copies)),
        )


class Story:
    """What a seed tells."""

    def __init__(self, seed: int) -> None:
        random.seed(seed)  # the pipeline's own chance, which spreads retries
        self.chance = random.Random(seed)
        self.script = script(self.chance)
        self.people = [
            (f"p{number}@{HOSTS[number % len(HOSTS)]}", f"P{number}") for number in range(self.script.people)
        ]
        self.everybody = {person for person, _ in self.people}
        self.disk = Disk(self.script.retry)
        self.mail = Mail()
        self.routes = list(self._routes())
        self.now = EPOCH
        self.lives = 0
        self.states: dict[str, State] = {}
        self.sent: set[str] = set()
        unwritable = frozenset(self.people[number][0] for number in self.script.unwritable)
        self.quill = Quill(unwritable, self.script.copies)

    def _routes(self) -> Iterator[FarSide]:
        first = FarSide(self.script, self.mail, "first")
        yield first
        if self.script.other_moods:
            yield FarSide(self.script, self.mail, "second", first)

    def tell(self) -> int:
        """Go through all lives, and return how many they were."""
        told = self.script
        moods = zip(told.moods, told.other_moods or told.moods, strict=True)
        for mood, kill, interrupt, full in zip(moods, told.kills, told.interrupts, told.full, strict=True):
            self._live(mood, kill, interrupt, full)
        self.quill = replace(self.quill, unwritable=frozenset())  # the template was put right
        self._to_the_end()
        if told.resend:
            self.mail.twice |= self._in(State.IN_DOUBT)  # the user says so
            self._to_the_end(Again(in_doubt=True))
        return self.lives

    def _to_the_end(self, again: Again = Again()) -> None:  # noqa: B008  # frozen
        for _ in range(_LIVES):
            self._live(again=again)
            if self._is_over() and not (again.in_doubt and self._in(State.IN_DOUBT)):
                return
        raise Failed("somebody never comes to a final state, or is lost")

    def _live(
        self,
        moods: tuple[tuple[int, ...], tuple[int, ...]] = ((1,), (1,)),
        kill: int = 0,
        interrupt: int = 0,
        full: int = 0,
        again: Again = Again(),  # noqa: B008  # frozen
    ) -> None:
        """Live once; afterwards every promise must hold."""
        self.lives += 1
        schedule = Schedule(self.chance, self.now, self.script.switching)
        life = Life(self, schedule, full, again, wait=self.chance.random() < 0.8)
        self.mail.asked.clear()  # who is given up is tried afresh at once; for the others the ledger knows the time
        for route, mood, quota in zip(self.routes, moods, self.script.shared_quotas, strict=False):
            route.begin(schedule, life.meter, mood, is_left=bool(quota or life.down))
        if interrupt:
            schedule.alarms[interrupt] = life.interrupt
        if kill:
            schedule.alarms[kill] = schedule.kill
        with on(schedule):
            survived = schedule.run(life)
        if self.disk.database.in_transaction:
            self.disk.database.rollback()
        self.now = schedule.now + self.chance.choice((0.0, 1.0, 30.0))
        self._check(life.report if survived else None, full=bool(full))

    # ---- what was promised ---------------------------------------------------------------------------------------

    def _in(self, *states: State) -> set[str]:
        return {key for key, state in self.states.items() if state in states}

    def _check(self, report: CampaignReport | None, *, full: bool) -> None:
        query = "SELECT key, state, title FROM recipients LEFT JOIN transports ON transports.id = transport"
        rows = self.disk.database.execute(query).fetchall()
        self.states = {key: State(state) for key, state, _ in rows}
        demand(len(rows) == len(self.states), "somebody is in two states", rows)
        sent, open_ = self._in(State.SENT), self._in(State.IN_DOUBT, State.SENDING)
        taken = {person for person in self.everybody if self.mail.taken[person]}
        through = {key: title for key, state, title in rows if key in sent}
        demand(sent <= taken, "the ledger says `sent`, the far side has nothing", sent - taken)
        demand(through.items() <= self.mail.through.items(), "it went another way", through)
        demand(taken - self.mail.twice <= sent | open_, "it arrived, and nobody knows", taken - sent - open_)
        demand(self.sent <= sent, "`sent` was forgotten", self.sent - sent)
        if report is not None:
            demand(full or not isinstance(report.error, LedgerError), "the ledger refuses", report.error)
            broke_down = report.error is not None and "broke down" in report.error.message
            demand(not broke_down or "RuntimeError" in str(report.error), "a worker raised", report.error)
            demand(report.sent == len(sent - self.sent) or full, f"the report counts {report.sent} sent", sent)
            demand(full or not self._in(State.SENDING), "a run that ended is still sending", open_)
        self.sent = sent
        within_rate([own for own, _ in self.mail.handed], self.script.rate, self.script.burst)
        if (shared := self.script.shared) is not None:
            within_rate([common for _, common in self.mail.handed], shared.per_second, shared.burst)
        rates = {rate.domain: rate for rate in self.script.domains}
        within_quota(sorted(chain.from_iterable(self.mail.tried.values())), self.script.quota)
        for route, quota in zip(self.routes, self.script.shared_quotas, strict=True):
            within_quota(self.mail.tried[route.title], quota)
        for domain, handed in self.mail.lanes.items():
            rate = rates.get(domain) or rates[None]
            within_rate(handed, rate.per_second, rate.burst)

    def _is_over(self) -> bool:
        """Tell whether everybody is in a final state, and each in one."""
        return self.states.keys() == self.everybody and _FINAL.issuperset(self.states.values())


class Life:
    """One process: what `apply` does, from opening the ledger to the report."""

    def __init__(self, story: Story, schedule: Schedule, full: int, again: Again, *, wait: bool) -> None:
        self._story = story
        self._schedule = schedule
        self._again = again
        self._wait = wait
        self._full = full
        self._executor: Executor | None = None
        self._clock = ScheduledClock(schedule)
        self.meter = Meter(schedule, self._clock)
        self.report: CampaignReport | None = None
        self.down = ["first"] if story.script.other_moods and schedule.chance.random() < _DOWN else []
        self._shares = [
            Shares(quota=SharedQuota(route.title, quota, self._spend, self._clock.now) if quota else None)
            for route, quota in zip(story.routes, story.script.shared_quotas, strict=True)
        ]

    def __call__(self) -> None:
        story, clock = self._story, self._clock
        store = Ledger(story.disk, self._schedule, self._full, story.script.slowness)
        store.recover()
        plan = self._plan()
        _clear(plan)
        tally = Gather(plan, store, again=self._again, clock=clock)(_AUDIENCE)
        limits: list[Limit] = [self.meter]
        if story.script.shared is not None:
            limits.insert(0, SharedThrottle(story.script.shared, self._exchange, self.meter.now))
        self._executor = Executor(
            plan,
            tally,
            _AUDIENCE,
            store,
            observers=_OBSERVERS,
            limits=limits,
            shares=self._shares,
            down=self.down,
            lanes=self._lanes(plan),
            clock=clock,
            wait=self._wait,
        )
        if tally.to_send:
            self.report = self._executor.run(interval=math.inf)
        for share in self._shares:
            if share.quota:
                share.quota.close()

    def _lanes(self, plan: Plan) -> Lanes | None:
        if not plan.domains:
            return None
        return Lanes(_AUDIENCE, plan.domains, plan.cost, self._exchange_domains, self.meter.lane_now)

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        if self._executor is not None:
            self._executor.interrupt()

    def _exchange(self, transport: str, step: Callable[[Bucket], Bucket]) -> bool:
        """Change the shared bucket, unless another process keeps it for too long."""
        shared = self._story.disk.shared
        shared.busy = self._schedule.chance.random() < _BUSY
        return shared.exchange(transport, step)

    def _exchange_domains(self, domains: Sequence[str], step: Callable[[Mapping[str, int]], Mapping[str, int]]) -> bool:
        """Change the buckets of domains, unless another process keeps them for too long."""
        shared = self._story.disk.domains
        shared.busy = self._schedule.chance.random() < _BUSY
        return shared.exchange(domains, step)

    def _spend(self, transport: str, step: Callable[[Mapping[int, int]], Mapping[int, int]]) -> bool:
        """Change what is spent of a quota, unless another process keeps it for too long."""
        after = step(self._story.disk.spent.get(transport, {}))
        if self._schedule.chance.random() < _BUSY:
            return False
        self._story.disk.spent[transport] = after
        return True

    def _plan(self) -> Plan:
        script = self._story.script
        first, *others = self._story.routes
        return plan_of(
            self._story.people,
            transport=first,
            others=[Carrier(transport=other) for other in others],
            quota=script.quota,
            renderer=self._story.quill,
            rate=script.rate,
            burst=script.burst,
            workers=script.workers,
            cost=script.cost,
            retry=script.retry,
            stop=script.stop,
            shared=script.shared,
            domains=script.domains,
        )


def _clear(plan: Plan) -> None:
    """Make the audience as good as new."""
    _AUDIENCE.do("DELETE FROM people")
    _AUDIENCE.do("DROP TABLE IF EXISTS lanes")
    _AUDIENCE.do("DROP INDEX IF EXISTS standing_in_lane")
    _AUDIENCE._lane = lane_of(plan) or (lambda _address: "")


def simulate(seed: int) -> int:
    """Tell the story of a seed, and return how many lives it had.

    Raises:
        Failed: a promise was broken.
    """
    return Story(seed).tell()

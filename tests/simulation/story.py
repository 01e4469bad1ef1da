"""A story: one campaign, killed and run again until nothing is left; what was promised is checked after each life."""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from mailgrid.pipeline.shared_throttle import SharedThrottle
from mailgrid.pipeline.throttles import Limit
from mailgrid.planning.plan import Plan
from mailgrid.report import CampaignReport
from tests.pipeline.campaign import NobodyWatches, plan_of
from tests.simulation.far_side import FarSide, Meter
from tests.simulation.ledger import Disk, Ledger
from tests.simulation.schedule import EPOCH, Failed, Schedule
from tests.simulation.script import HOSTS, script
from tests.simulation.threads import ScheduledClock, on

__all__ = ["simulate"]

#: So many lives after the last bad one must be enough to come to an end.
_LIVES = 8
#: So often the shared bucket is kept by somebody else.
_BUSY = 0.1
_FINAL = {State.SENT, State.FAILED, State.IN_DOUBT}
_AUDIENCE = Audience("welcome")  # one for all lives: to make one takes as long as a life
_OBSERVERS = Observers(NobodyWatches())


@dataclass(frozen=True)
class Quill:
    """Writes messages as a renderer does, in no time; `unwritable` are those for whom that fails."""

    unwritable: frozenset[str]
    copies: int

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
        self.far_side = FarSide(self.script)
        self.now = EPOCH
        self.lives = 0
        self.states: dict[str, State] = {}
        self.sent: set[str] = set()
        unwritable = frozenset(self.people[number][0] for number in self.script.unwritable)
        self.quill = Quill(unwritable, self.script.copies)

    def tell(self) -> int:
        """Go through all lives, and return how many they were."""
        told = self.script
        for mood, kill, interrupt, full in zip(told.moods, told.kills, told.interrupts, told.full, strict=True):
            self._live(mood, kill, interrupt, full)
        self.quill = replace(self.quill, unwritable=frozenset())  # the template was put right
        for _ in range(_LIVES):
            self._live()
            if self._is_over():
                break
        else:
            raise Failed("somebody never comes to a final state, or is lost")
        if told.resend:
            self._resend()
        return self.lives

    def _resend(self) -> None:
        """Write again to those who are in doubt, as the user may say."""
        self.far_side.twice |= self._in(State.IN_DOUBT)
        self._live(again=Again(in_doubt=True))
        _demand(not self._in(State.IN_DOUBT) and self._is_over(), "somebody is still in doubt", self.far_side.twice)

    def _live(
        self,
        mood: tuple[int, ...] = (1,),
        kill: int = 0,
        interrupt: int = 0,
        full: int = 0,
        again: Again = Again(),  # noqa: B008  # frozen
    ) -> None:
        """Live once; afterwards every promise must hold."""
        self.lives += 1
        schedule = Schedule(self.chance, self.now, self.script.switching)
        life = Life(self, schedule, full, again, wait=self.chance.random() < 0.8)
        self.far_side.begin(schedule, life.meter, mood)
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
        rows = self.disk.database.execute("SELECT key, state FROM recipients").fetchall()
        self.states = {key: State(state) for key, state in rows}
        _demand(len(rows) == len(self.states), "somebody is in two states", rows)
        sent, open_ = self._in(State.SENT), self._in(State.IN_DOUBT, State.SENDING)
        taken = {person for person in self.everybody if self.far_side.taken[person]}
        _demand(sent <= taken, "the ledger says `sent`, the far side has nothing", sent - taken)
        _demand(taken - self.far_side.twice <= sent | open_, "it arrived, and nobody knows", taken - sent - open_)
        _demand(self.sent <= sent, "`sent` was forgotten", self.sent - sent)
        if report is not None:
            _demand(full or not isinstance(report.error, LedgerError), "the ledger refuses", report.error)
            broke_down = report.error is not None and "broke down" in report.error.message
            _demand(not broke_down or "RuntimeError" in str(report.error), "a worker raised", report.error)
            _demand(report.sent == len(sent - self.sent) or full, f"the report counts {report.sent} sent", sent)
            _demand(full or not self._in(State.SENDING), "a run that ended is still sending", open_)
        self.sent = sent
        _within([own for own, _ in self.far_side.handed], self.script.rate, self.script.burst)
        if (shared := self.script.shared) is not None:
            _within([common for _, common in self.far_side.handed], shared.per_second, shared.burst)
        rates = {rate.domain: rate for rate in self.script.domains}
        for domain, handed in self.far_side.lanes.items():
            rate = rates.get(domain) or rates[None]
            _within(handed, rate.per_second, rate.burst)

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
            lanes=self._lanes(plan),
            clock=clock,
            wait=self._wait,
        )
        if tally.to_send:
            self.report = self._executor.run(interval=math.inf)

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

    def _plan(self) -> Plan:
        script = self._story.script
        return plan_of(
            self._story.people,
            transport=self._story.far_side,
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


def _within(handed: Sequence[float], rate: float | None, burst: int) -> None:
    """Hold times of hand-over against a rate: in no window of T seconds more than rate * T + burst."""
    if rate is None:
        return
    lowest = math.inf
    for number, moment in enumerate(sorted(handed)):
        elapsed = moment - EPOCH
        lowest = min(lowest, number - rate * elapsed)
        _demand(number + 1 - rate * elapsed - lowest <= burst + 1e-3, "the rate was exceeded", handed)


def _demand(holds: bool, promise: str, evidence: object) -> None:
    if not holds:
        raise Failed(f"{promise}: {evidence}")


def simulate(seed: int) -> int:
    """Tell the story of a seed, and return how many lives it had.

    Raises:
        Failed: a promise was broken.
    """
    return Story(seed).tell()

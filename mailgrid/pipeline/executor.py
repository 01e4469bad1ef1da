"""Executor: runs one campaign's workers over its audience, and knows all stages."""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

from mailgrid.errors import LedgerError, MailgridError, TransportError
from mailgrid.ledger.control import Wish
from mailgrid.ledger.store import Store
from mailgrid.pipeline.audience import Audience, Person
from mailgrid.pipeline.breaker import Breaker
from mailgrid.pipeline.clock import Clock
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.failover import Failover
from mailgrid.pipeline.feed import Feed
from mailgrid.pipeline.forecast import Forecast
from mailgrid.pipeline.gate import Gate
from mailgrid.pipeline.halt import Halt
from mailgrid.pipeline.lanes import Lanes
from mailgrid.pipeline.line import Line, hang_up, lines
from mailgrid.pipeline.observers import Observers
from mailgrid.pipeline.passage import Passage
from mailgrid.pipeline.progress import Progress
from mailgrid.pipeline.quota import own_quota
from mailgrid.pipeline.record import Record
from mailgrid.pipeline.recorder import Recorder
from mailgrid.pipeline.refusals import Refusals
from mailgrid.pipeline.retry import Retry
from mailgrid.pipeline.shares import Shares
from mailgrid.pipeline.steering import Steering, Wishes
from mailgrid.pipeline.tally import Tally
from mailgrid.pipeline.throttle import Throttle
from mailgrid.pipeline.throttles import Limit, Throttles
from mailgrid.pipeline.worker import Worker
from mailgrid.planning.plan import Plan
from mailgrid.report import CampaignReport

__all__ = ["Executor"]


class Executor:
    """Sends to an audience.

    Args:
        plan: the campaign.
        tally: what gathering found.
        audience: whom to write to.
        store: the ledger, opened for writing under the run lock.
        former: the ledgers of the campaign's former names, for what was used of its rate and its quota.
        observers: are told what happens.
        events: is called with each outcome once it is durable, on the recorder's thread.
        wait: whether to wait for those who are deferred; otherwise they are left to the next run.
        limits: limits beside the campaign's own rate, whatever the transport is.
        shares: the run's part in each of the plan's carriers, in their order; none where nothing is shared.
        down: the titles of carriers that were found not to work; tried again later.
        gate: keeps back who came onto the do-not-mail list since the audience was gathered; None for nobody.
        lanes: those of limited domains; None where no domain has a limit.
        wish: says what is wanted, at another terminal, of the run; None: nobody is asked.
        clock: the time.
    """

    def __init__(  # noqa: PLR0913 - only the executor knows all stages
        self,
        plan: Plan,
        tally: Tally,
        audience: Audience,
        store: Store,
        *,
        former: Sequence[Store] = (),
        observers: Observers,
        events: Callable[[Event], None] | None = None,
        wait: bool = True,
        limits: Sequence[Limit] = (),
        shares: Sequence[Shares] = (),
        down: Collection[str] = (),
        gate: Gate | None = None,
        lanes: Lanes | None = None,
        wish: Callable[[], Wish] | None = None,
        clock: Clock | None = None,
    ) -> None:
        clock = clock or Clock()
        self._plan = plan
        self._tally = tally
        self._store = store
        self._observers = observers
        self._gate = gate
        self._clock = clock
        self.progress = Progress(tally.to_send, tally.waiting)
        throttle = Throttle(plan.rate, plan.burst, max(each.bucket() for each in (store, *former)))
        self._quota = own_quota(plan, (store, *former), clock.now())
        own: list[Limit] = [throttle, *([self._quota] if self._quota else []), *limits]
        self._feed = Feed(
            audience,
            Throttles(*own),
            plan.cost,
            clock,
            wait=wait,
            admit=self._admitted,
            hours=plan.hours,
            lanes=lanes,
            spent_until=self._spent_until,
        )
        self._halt = Halt(self._feed)
        self._steering: Steering | None = None
        if wish is not None:
            self._steering = Steering(Wishes(wish, clock.now), self._feed, throttle, plan.cost, self._halt)
            self._steering()  # it may have been held before it began
        watchers = [each for each in (observers if observers.watch_outcomes else None, events) if each is not None]
        self._recorder = Recorder(store, clock, lambda: throttle.due, self.progress, self._halt, watchers)
        breaker = Breaker(plan.stop, self._halt)
        self._refusals = Refusals(self._recorder, breaker)
        self._failover = Failover(self._halt, clock)
        self._lines = list(lines(plan, shares, own, self._failover, clock))
        for line in (each for each in self._lines if each.carrier.title in down):
            self._failover.begins_without(line.route)
        self._record = Record(
            feed=self._feed,
            recorder=self._recorder,
            retry=Retry(plan.retry, hours=plan.hours),
            route=self._lines[0].route,
            breaker=breaker,
            refusals=self._refusals,
            clock=clock,
        )
        crews = [
            line for line in self._lines for _ in range(max(1, min(line.carrier.crew(plan.workers), tally.to_send)))
        ]
        self._workers = [
            threading.Thread(target=self._work, args=(number, line), name=f"worker-{number}")
            for number, line in enumerate(crews, 1)
        ]

    @property
    def next_due(self) -> float | None:
        """When the next deferred person is due, where everybody else is done; None otherwise."""
        return self._feed.next_due

    @property
    def paused_until(self) -> float:
        """Until when everything rests, in seconds since the epoch; 0 when it does not."""
        return max(self._feed.paused_until, min(line.route.paused_until for line in self._lines))

    @property
    def spent_until(self) -> float:
        """Until when a quota keeps everybody from sending, in seconds since the epoch; 0 while none does."""
        return self._spent_until(self._clock.now())

    @property
    def closed_until(self) -> float:
        """Until when messages are not handed out, because of the campaign's hours; 0 inside them."""
        return self._feed.closed_until

    @property
    def wish(self) -> Wish:
        """What is wanted of the run at another terminal, and done."""
        return Wish() if self._steering is None else self._steering.wanted

    @property
    def notes(self) -> list[str]:
        """What else is worth to know: nothing, for one machine."""
        return []

    def limited(self, count: int) -> tuple[list[tuple[str, str]], int]:
        """Return some domains that are at their limits, each with its limit in words, and how many there are."""
        return self._feed.limited(count)

    def interrupt(self) -> None:
        """Take nobody new; what is in flight finishes. For signal handlers."""
        self._halt.interrupt()

    def run(self, tick: Callable[["Executor"], None] = lambda _: None, interval: float = 0.1) -> CampaignReport:
        """Send, until all is over.

        Args:
            tick: is called about every `interval` seconds meanwhile, on the caller's thread.
            interval: in seconds.
        """
        started = self._clock.now()
        plan = self._plan
        run = self._store.begin_run(plan.transport_title, self._tally.to_send, started)
        self._observers.started(plan.info(self._tally.to_send))
        self._recorder.start()
        try:
            self._send(tick, interval)
        finally:
            self._finish()
        return self._end(run, self._report(self._clock.now() - started))

    def idle(self) -> CampaignReport:
        """Return the report of a campaign with nobody to write to; the observers are told of it."""
        self._observers.started(self._plan.info(0))
        report = self._report(0.0)
        self._observers.finished(report.counts)
        return report

    def _send(self, tick: Callable[["Executor"], None], interval: float) -> None:
        for worker in self._workers:
            worker.start()
        for worker in self._workers:
            while worker.is_alive():
                worker.join(interval)
                if self._steering is not None:
                    self._steering()
                tick(self)

    def _finish(self) -> None:
        """End all threads in order; those of the workers run on only where `tick` raised."""
        self._feed.stop()
        for worker in self._workers:
            if worker.is_alive():
                worker.join()
        self._refusals.release()
        self._recorder.close()

    def _work(self, number: int, line: Line) -> None:
        """One worker's thread: whatever happens in it ends the run in order."""
        try:
            passage = line.passage(number)
            while self._feed.stand_by(passage) and self._send_through(line, passage):
                pass
        except MailgridError as error:
            self._halt(error)
        except Exception as error:
            broken = TransportError(
                f"the transport `{line.carrier.transport.title}` broke down: {type(error).__name__}",
                hint="this is a mistake in its plugin; run with `--debug` to see where",
            )
            broken.__cause__ = error
            self._halt(broken)

    def _send_through(self, line: Line, passage: Passage) -> bool:
        """Send as long as the passage is open; say whether the worker may come back when it opens again."""
        session = line.carrier.transport.open_session()
        try:
            worker = Worker(
                session,
                self._feed,
                self._plan.renderer,
                partial(self._recorder.intend, transport=line.carrier.title),
                line.record(self._record),
                partial(line.crew.goes_on, passage.worker),
                self._clock.now,
                passage,
            )
            return worker.run()
        finally:
            hang_up(session)
            passage.leave()

    def _spent_until(self, now: float) -> float:
        own = self._quota.spent_until(now) if self._quota else 0.0
        return max(own, self._failover.spent_until(now))

    def _spent(self, now: float) -> tuple[str, ...]:
        """Name the quotas that are spent."""
        own = [self._plan.quota.title] if self._plan.quota and self._quota and self._quota.spent_until(now) else []
        shared = ((line.carrier.quota, line) for line in self._lines if line.route.spent_until(now))
        return (*own, *(f"{quota.title} of {line.carrier.title}" for quota, line in shared if quota))

    def _admitted(self, people: list[Person]) -> list[Person]:
        """Return those who may still be written to; of the others it is recorded that they are suppressed."""
        held = self._gate.held(people) if self._gate else []
        for person in held:
            self._record.suppressed(person)
        return [person for person in people if person not in held] if held else people

    def _end(self, run: int, report: CampaignReport) -> CampaignReport:
        """Note the end in the ledger, and tell the observers."""
        self._observers.finished(report.counts)
        try:
            self._store.end_run(run, report.counts, report.exit_code, self._clock.now())
        except LedgerError as error:
            return replace(report, error=report.error or error)
        return report

    def _report(self, seconds: float) -> CampaignReport:
        progress, titles = self.progress, [line.carrier.title for line in self._lines]
        gathered = Forecast(self._plan, self._tally).not_sent()
        withheld = progress.counts["suppressed"]
        return replace(
            gathered,
            suppressed=gathered.suppressed + withheld,
            withheld=withheld,
            sent=progress.counts["sent"],
            failed=progress.counts["failed"],
            deferred=progress.counts["deferred"],
            in_doubt=progress.counts["in_doubt"],
            attempts=progress.attempts,
            seconds=seconds,
            warnings=progress.warnings,
            reasons=dict(progress.reasons),
            transports={title: count for title in titles if (count := progress.transports[title])},
            spent=self._spent(self._clock.now()),
            spent_until=self.spent_until,
            error=self._halt.reason,
            interrupted=self._halt.interrupted and progress.settled < self._tally.to_send,
        )

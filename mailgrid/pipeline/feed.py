"""Feed: hands people to the workers, exactly as fast as the limits allow, and knows when all is over."""

import threading
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Protocol

from mailgrid.pipeline.audience import Audience, Person
from mailgrid.pipeline.clock import Clock
from mailgrid.pipeline.lanes import Lanes
from mailgrid.pipeline.throttles import Limit
from mailgrid.planning.hours import Hours

__all__ = ["Feed", "Way"]

#: Nobody waits longer than this without looking at the clock again, in seconds.
_GLANCE = 5.0
#: Who has to wait for its turn asks again so often, in seconds.
_MOMENT = 1.0
#: People who are read at once from the audience: two windows.
_FETCH = 64


class Way(Protocol):
    """What a worker's messages go through. It is asked under the feed's lock."""

    @property
    def limit(self) -> Limit:
        """How fast they may go."""
        ...

    @property
    def paused_until(self) -> float:
        """Until when it rests, in seconds since the epoch."""
        ...

    def is_open(self, now: float) -> bool:
        """Say whether the worker may take somebody now."""
        ...


class Feed:
    """People who may be written to now, shared by all workers.

    Args:
        audience: whom to write to; from now on only the feed touches it.
        throttle: how fast those go who take no way of their own; from now on only the feed asks it.
        cost: tokens that one person takes (the message and its copies).
        clock: the time.
        admit: returns those of some people who may still be written to, and sees to the others.
        wait: whether to wait for people who were deferred, and for the hours; otherwise they are left to the next run.
        hours: when anybody may be handed out; None for always.
        lanes: those of limited domains; None where no domain has a limit.
        spent_until: says until when a quota keeps everybody from sending, 0 while none does; who does not wait for
            the deferred does not wait for that either.
    """

    def __init__(  # noqa: PLR0913 - each says who may go when, and all of them have to agree
        self,
        audience: Audience,
        throttle: Limit,
        cost: int,
        clock: Clock,
        *,
        wait: bool = True,
        admit: Callable[[list[Person]], list[Person]] = lambda people: people,
        hours: Hours | None = None,
        lanes: Lanes | None = None,
        spent_until: Callable[[float], float] = lambda _now: 0.0,
    ) -> None:
        self._audience = audience
        self._throttle = throttle
        self._cost = cost
        self._clock = clock
        self._waits = wait
        self._admit = admit
        self._hours = hours
        self._opened = self._closes = 0.0
        self._lanes = lanes
        self._spent_until = spent_until
        self._change = threading.Condition(threading.Lock())
        self._ahead: deque[Person] = deque()
        self._position = 0
        self._exhausted = False
        self._soonest = audience.next_due()
        self._flying = 0
        self._paused_until = 0.0
        self._stopped = self._held = self._ended = False

    @property
    def next_due(self) -> float | None:
        """When the next deferred person is due, where everybody else is done; None otherwise."""
        with self._change:
            busy = self._flying or self._ahead or not self._exhausted or self._lane_turn is not None
            return None if busy else self._soonest

    @property
    def paused_until(self) -> float:
        """Until when the route rests; 0 when it does not."""
        return self._paused_until

    def limited(self, count: int) -> tuple[list[tuple[str, str]], int]:
        """Return some domains that are at their limits, each with its limit in words, and how many there are."""
        with self._change:
            return ([], 0) if self._lanes is None else self._lanes.limited(self._clock.now(), count)

    @property
    def closed_until(self) -> float:
        """When the hours begin, where it is outside them now; 0 otherwise."""
        with self._change:
            now = self._clock.now()
            return opens if (opens := self._opens(now)) > now else 0.0

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped

    def stand_by(self, way: Way) -> bool:
        """Wait until a way is open; false when all is over, or the run is stopping."""
        with self._change:
            while not (self._stopped or self._over(self._clock.now())):
                if way.is_open(self._clock.now()):
                    return True
                self._rest(_MOMENT)
            return False

    def take(self, window: int, way: Way | None = None) -> list[Person] | None:
        """Wait until somebody may be written to and return up to `window` people, their tokens charged.

        None means that all is over, or that the run is stopping; nobody, that the way is not open any more.
        """
        limit = way.limit if way else self._throttle
        with self._change:
            while not self._stopped:
                now = self._clock.now()
                if self._over(now):
                    self._change.notify_all()
                    break
                if way and not way.is_open(now):
                    return []
                rests_until = max(self._opens(now), self._paused_until, way.paused_until if way else 0.0)
                if self._held:
                    self._rest(None)
                elif now < rests_until:
                    self._rest(rests_until - now)
                elif people := self._grant(max(1, window), now, limit):
                    self._flying += len(people)
                    return people
            return None

    def _opens(self, now: float) -> float:
        """Return when anybody may be handed out: now, or when the hours begin."""
        if self._hours is None or self._opened <= now < self._closes:
            return now
        self._opened, self._closes = self._hours.period(now)
        return max(now, self._opened)

    def _grant(self, window: int, now: float, limit: Limit) -> list[Person]:
        """Return who may go now; where nobody may, wait for whatever comes first."""
        if not self._anybody_may(now):
            turns = [turn for turn in (self._soonest, self._lane_turn) if turn is not None]
            self._rest(min(turns) - now if turns else None)
            return []
        granted = limit.grant(window, self._cost, now)
        if not granted:
            if not self._over(now):
                self._rest(limit.delay(self._cost, now))
            return []
        people = self._admit(self._available(granted, now))
        limit.refund(granted - len(people), self._cost)
        return people

    def _available(self, count: int, now: float) -> list[Person]:
        people: list[Person] = []
        if self._anybody_due(now):
            if self._lanes is not None:
                self._lanes.rejoin(now)
            people = self._audience.due(now, count)
            self._soonest = self._audience.next_due()
        if self._lanes is not None and len(people) < count and self._lane_turn is not None:
            self._anybody_ahead()
            left = count - len(people)
            others = [person.position for person in islice(self._ahead, left)]
            people += self._lanes.take(left, others, now)
        while len(people) < count and self._anybody_ahead():
            people.append(self._ahead.popleft())
        return people

    @property
    def _lane_turn(self) -> float | None:
        """When somebody of a limited domain may be ready to go; None when nobody of those is left."""
        return None if self._lanes is None else self._lanes.soonest

    def _anybody_may(self, now: float) -> bool:
        """Tell whether somebody may go now, as far as the rate allows."""
        turn = self._lane_turn
        return self._anybody_due(now) or self._anybody_ahead() or (turn is not None and turn <= now)

    def _anybody_due(self, now: float) -> bool:
        """Tell whether somebody was deferred until now, or until before."""
        return self._soonest is not None and self._soonest <= now

    def _anybody_ahead(self) -> bool:
        """Tell whether somebody is left who was not deferred."""
        if not (self._ahead or self._exhausted):
            self._ahead.extend(self._audience.pending(self._position, _FETCH))
            self._exhausted = not self._ahead
            self._position = self._ahead[-1].position if self._ahead else self._position
        return bool(self._ahead)

    def _over(self, now: float) -> bool:
        """Tell whether all is over; that stays so for whoever comes late, when somebody may be due again."""
        self._ended = self._ended or self._nobody_left(now)
        return self._ended

    def _nobody_left(self, now: float) -> bool:
        if self._flying:
            return False
        if not self._waits and (self._opens(now) > now or self._spent_until(now)):
            return True
        if self._anybody_ahead() or self._lane_turn is not None:
            return False
        return self._soonest is None or (self._soonest > now and not self._waits)

    def _rest(self, seconds: float | None) -> None:
        self._clock.wait(self._change, _GLANCE if seconds is None else max(0.0, min(seconds, _GLANCE)))

    def settle(self, count: int = 1, unwritten: int = 0, since: float = 0.0, way: Way | None = None) -> None:
        """Note that so many people who were taken have their outcome, or never will: whoever took them is done.

        `unwritten` messages of them were never written; they had been granted just before `since`.
        """
        with self._change:
            if unwritten:
                limit = way.limit if way else self._throttle
                limit.give_back(unwritten, self._cost, since, self._clock.now())
            self._flying -= count
            if not self._flying:
                self._change.notify_all()

    def defer(self, person: Person, due: float, attempts: int, first: float) -> None:
        """Let somebody who was taken wait until `due`, and then be handed out again."""
        with self._change:
            self._audience.defer(person.position, due, attempts, first)
            self._soonest = due if self._soonest is None else min(self._soonest, due)
            self._change.notify_all()

    def pause(self, until: float) -> None:
        """Let the route rest: nobody is handed out before `until`."""
        with self._change:
            self._paused_until = max(self._paused_until, until)

    def hold(self, *, held: bool) -> None:
        """Hand out nobody from now on, or go on."""
        with self._change:
            self._held = held
            self._change.notify_all()

    def alter(self, change: Callable[[float], None]) -> None:
        """Change a limit, and ask it anew; `change` gets the time, and is called while nobody asks the limits."""
        with self._change:
            change(self._clock.now())
            self._change.notify_all()

    def stop(self) -> None:
        """Hand out nobody any more."""
        with self._change:
            self._stopped = True
            self._change.notify_all()

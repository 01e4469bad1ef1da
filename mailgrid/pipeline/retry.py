"""Retry: whether and when a temporary refusal is tried again. tenacity computes the waits."""

import random
from collections.abc import Callable

from mailgrid.planning.hours import Hours
from mailgrid.planning.plan import RetryRule

__all__ = ["Retry"]


class Retry:
    """Judges temporary refusals by a campaign's `retry` rule.

    Args:
        rule: attempts, period, backoff (first wait), longest wait and the random share of each.
        chance: gives a random number from 0 to 1.
        hours: when anybody may be tried; time outside them is not counted. None for always.
    """

    def __init__(
        self, rule: RetryRule, chance: Callable[[], float] = random.random, hours: Hours | None = None
    ) -> None:
        self._rule = rule
        self._chance = chance
        self._hours = hours

    @property
    def longest(self) -> float:
        """The longest wait between two attempts, in seconds."""
        return self._rule.longest

    def __call__(self, attempts: int, first: float, now: float, retry_after: float | None = None) -> float | None:
        """Judge a refusal: return when to try again, in seconds since the epoch, or None: give up.

        Args:
            attempts: how many were made, this one included.
            first: when the first of them ended, in seconds since the epoch.
            now: the time.
            retry_after: seconds that the far side asked for; never shortened.
        """
        rule = self._rule
        if rule.attempts is not None and attempts >= rule.attempts:
            return None
        due = now + max(self._seconds(attempts), retry_after or 0.0)
        if self._hours is not None:
            due = self._hours.opens(due)
            return due if self._hours.passed(first, due) <= rule.period else None
        return due if due <= first + rule.period else None

    def _seconds(self, attempts: int) -> float:
        import tenacity  # most runs never come here

        wait = tenacity.wait_exponential(multiplier=self._rule.backoff, max=self._rule.longest)
        state = tenacity.RetryCallState(retry_object=None, fn=None, args=(), kwargs={})  # type: ignore[arg-type]  # only the number is read
        state.attempt_number = attempts
        return wait(state) * (1 - self._rule.jitter * self._chance())

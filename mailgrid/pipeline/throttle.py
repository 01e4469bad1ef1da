"""Throttle: the exact token bucket behind `rate` and `burst`, as the generic cell rate algorithm (ITU-T I.371)."""

__all__ = ["Throttle"]

#: Sums of binary fractions are off by less than this, in seconds.
_ROUNDING = 1e-9


class Throttle:
    """Lets through, in every window of T seconds, at most rate * T + burst tokens.

    Args:
        per_second: tokens a second; None lets everything through.
        burst: how many may go at once after a pause.
        due: the time from which the bucket fills again (the "theoretical arrival time" of the algorithm); given back
            by an earlier run, it keeps a restart from opening a new burst.
    """

    def __init__(self, per_second: float | None, burst: int = 1, due: float = 0.0) -> None:
        self._interval = 0.0 if per_second is None else 1 / per_second
        self._credit = burst * self._interval
        self.due = due

    def grant(self, wanted: int, cost: int, now: float) -> int:
        """Charge for up to `wanted` messages of `cost` tokens each and return how many may go now."""
        if not self._interval:
            return wanted
        start = max(self.due, now)
        room = now + self._credit - start + _ROUNDING
        granted = min(wanted, int(room / (cost * self._interval)))
        if granted > 0:
            self.due = start + granted * cost * self._interval
        return max(granted, 0)

    def delay(self, cost: int, now: float) -> float:
        """Return the seconds until one message of `cost` tokens may go."""
        return max(0.0, self.due + cost * self._interval - self._credit - now)

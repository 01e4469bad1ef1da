"""Throttles: several limits as one. What may go is what each of them lets through."""

from typing import Protocol

__all__ = ["Limit", "Throttles"]


class Limit(Protocol):
    """What hands out tokens, under the feed's lock. `now` is the time in seconds, `cost` the tokens of a message."""

    def grant(self, wanted: int, cost: int, now: float) -> int:
        """Charge for up to `wanted` messages of `cost` tokens each and return how many may go now.

        Raises:
            LedgerError: the limit is kept in a ledger that cannot be read or written.
        """
        ...

    def refund(self, granted: int, cost: int) -> None:
        """Take back the charge for messages that were granted just now and that nobody needs."""
        ...

    def give_back(self, granted: int, cost: int, since: float, now: float) -> None:
        """Take back the charge for messages that were granted some time before `since`, a moment, and never written.

        What may be sent again only hours later is worth it; the tokens of a rate are there again soon.
        """
        ...

    def delay(self, cost: int, now: float) -> float:
        """Return the seconds until one message may go, as far as is known; it is worth asking again then."""
        ...


class Throttles:
    """Limits that all have to grant.

    Args:
        limits: the cheapest to ask first: the later ones are asked only for what the earlier ones grant.
    """

    def __init__(self, *limits: Limit) -> None:
        self._limits = limits

    def grant(self, wanted: int, cost: int, now: float) -> int:
        """Charge for up to `wanted` messages and return how many may go now; nobody is charged for the others."""
        for number, limit in enumerate(self._limits):
            granted = limit.grant(wanted, cost, now)
            for earlier in self._limits[:number]:
                earlier.refund(wanted - granted, cost)
            wanted = granted
            if not granted:
                break
        return wanted

    def refund(self, granted: int, cost: int) -> None:
        """Take back the charge for messages that were granted just now and that nobody needs."""
        for limit in self._limits:
            limit.refund(granted, cost)

    def give_back(self, granted: int, cost: int, since: float, now: float) -> None:
        """Take back the charge for messages that were granted before and never written."""
        for limit in self._limits:
            limit.give_back(granted, cost, since, now)

    def delay(self, cost: int, now: float) -> float:
        """Return the seconds until the last of them may grant something."""
        return max(limit.delay(cost, now) for limit in self._limits)

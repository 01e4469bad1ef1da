"""Carrier: one of the transports that a campaign may go through, with the limits of all who send through it."""

from dataclasses import dataclass

from mailgrid.hookspecs import Transport
from mailgrid.value import value

__all__ = ["Carrier", "Quota", "SharedRate"]


@value
class SharedRate:
    """The rate of a named transport, in messages a second, over all runs of the project that send through it."""

    transport: str
    per_second: float
    burst: int


@value
class Quota:
    """At most `count` messages in any stretch of `seconds`; `title` is how it was written, like `50000/day`."""

    count: int
    seconds: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A transport, made but not connected.

    `name` is what it was declared as, empty where it was written in place: then nobody shares it. `rate`, `quota` and
    `workers` are shared by all runs of the project that send through it; None for no limit.
    """

    transport: Transport
    name: str = ""
    rate: SharedRate | None = None
    quota: Quota | None = None
    workers: int | None = None

    def crew(self, workers: int) -> int:
        """Return how many of a campaign's workers may go through it at once."""
        return min(workers, self.workers or workers)

    @property
    def title(self) -> str:
        """How the ledger and people call it: by its name, or else by what it is."""
        return self.name or self.transport.title

"""Buckets that several throttles share, in memory."""

from collections.abc import Callable, Mapping, Sequence

from mailgrid.ledger.project import Bucket


class SharedBucket:
    """`states` are by transport, `asked` is how often one was asked for; while it is `busy` nobody gets an answer."""

    def __init__(self) -> None:
        self.states: dict[str, Bucket] = {}
        self.asked = 0
        self.busy = False

    def exchange(self, transport: str, step: Callable[[Bucket], Bucket]) -> bool:
        self.asked += 1
        after = step(self.states.get(transport, Bucket()))
        if not self.busy:
            self.states[transport] = after
        return not self.busy


class DomainBuckets:
    """The buckets of domains; while they are `busy` nobody gets an answer."""

    def __init__(self) -> None:
        self.states: dict[str, int] = {}
        self.busy = False

    def exchange(self, domains: Sequence[str], step: Callable[[Mapping[str, int]], Mapping[str, int]]) -> bool:
        after = step({domain: self.states[domain] for domain in domains if domain in self.states})
        if not self.busy:
            self.states |= after
        return not self.busy

"""A bucket that several throttles share, in memory."""

from collections.abc import Callable


class SharedBucket:
    """`due` is its state, `asked` how often it was asked; while `busy` is set it answers nobody."""

    def __init__(self) -> None:
        self.due: dict[str, int] = {}
        self.asked = 0
        self.busy = False

    def exchange(self, transport: str, step: Callable[[int], int]) -> bool:
        self.asked += 1
        after = step(self.due.get(transport, 0))
        if not self.busy:
            self.due[transport] = after
        return not self.busy

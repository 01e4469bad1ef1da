"""How many messages may be on the way at once."""

from mailgrid.hookspecs import Outcome, Status

__all__ = ["Window"]

_FIRST = 4


class Window:
    """Grows while all goes well.

    It doubles after each batch without a refusal, is halved after one with refusals (Postfix hangs up after 20 errors
    that nothing accepted has made up for), and is 1 after a loss, until it has grown again.

    Args:
        ceiling: the most, 1 or more.
    """

    def __init__(self, ceiling: int) -> None:
        self.size = min(_FIRST, ceiling)
        self._ceiling = ceiling
        self._refused = self._lost = self._clean = False

    def note(self, outcome: Outcome) -> None:
        """Take what became of a message of the batch that is on the way."""
        if outcome.status is Status.SENT:
            self._clean = True
        elif outcome.status is Status.IN_DOUBT:
            self._lost = True
        elif outcome.status is not Status.UNSENT:
            self._refused = True

    def turn(self) -> None:
        """Judge the batch, and begin another."""
        if self._lost:
            self.size = 1
        elif self._refused:
            self.size = max(1, self.size // 2)
        elif self._clean:
            self.size = min(self._ceiling, self.size * 2)
        self._refused = self._lost = self._clean = False

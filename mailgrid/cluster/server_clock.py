"""ServerClock: the time of a run that many hosts share: the database's, however their own clocks are set."""

from collections.abc import Callable

from mailgrid.pipeline.clock import Clock

__all__ = ["ServerClock"]


class ServerClock(Clock):
    """Goes on with the monotonic clock from what the server said last, so that it also runs while the server is away.

    Args:
        server_time: asks the server, in seconds since 1970; a LedgerError where it does not answer.
    """

    def __init__(self, server_time: Callable[[], float]) -> None:
        super().__init__()
        self._server_time = server_time
        self.adjust()

    def adjust(self) -> None:
        """Ask the server again: clocks of machines drift apart.

        Raises:
            LedgerError: it does not answer.
        """
        self._offset = self._server_time() - self._elapsed()

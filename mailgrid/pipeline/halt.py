"""Halt: the end of a run before its time, and why. The first reason stays."""

import re
import threading

from mailgrid.errors import MailgridError
from mailgrid.hookspecs import Reply
from mailgrid.pipeline.feed import Feed

__all__ = ["Halt", "words"]

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")


class Halt:
    """Stops the feed; what is in flight finishes.

    Args:
        feed: hands out nobody any more after the first call.
    """

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._lock = threading.Lock()
        self.reason: MailgridError | None = None
        self.interrupted = False

    def __call__(self, reason: MailgridError) -> None:
        """End the run because of `reason`."""
        with self._lock:
            if self.reason is None:
                self.reason = reason
        self._feed.stop()

    def interrupt(self) -> None:
        """End the run because the user asked; safe in a signal handler's thread, which may hold no lock of ours."""
        self.interrupted = True
        threading.Thread(target=self._feed.stop, name="interrupt", daemon=True).start()


def words(reply: Reply) -> str:
    """Return what the far side said, codes first, for an error: without the addresses that servers like to repeat."""
    return " ".join(filter(None, (str(reply.code or ""), reply.enhanced, _ADDRESS.sub("...", reply.text))))

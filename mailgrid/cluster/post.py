"""Post: a run's place on a host: its chunks are taken here, one after the other, and the host rests where it cannot."""

import logging
import threading
import time
from collections.abc import Callable

from mailgrid.cluster.chunks import Chunks
from mailgrid.cluster.part import Part
from mailgrid.cluster.sending import Sending
from mailgrid.errors import MailgridError
from mailgrid.pipeline.event import Event

__all__ = ["Log", "Post"]

_log = logging.getLogger("mailgrid.cluster")

#: Is told of each thing that happens: its name, and the facts.
Log = Callable[..., None]

#: After an error this host takes no chunk for so long, then twice as long, in seconds.
_FIRST_REST = 5.0
_LONGEST_REST = 300.0


class Post:
    """Where a host sends a run's chunks. Its tasks come from several threads.

    Args:
        part: the host's part in the run.
        holder: the host's id.
        log: is told what happens.
        events: is called with each outcome once it is durable.
    """

    def __init__(self, part: Part, holder: str, log: Log, events: Callable[[Event], None] | None = None) -> None:
        self.part = part
        self.trouble = ""
        self.sent = 0
        self._holder = holder
        self._log = log
        self._events = events
        self._chunks = Chunks(part.database.server)
        self._rest = _FIRST_REST
        self._leaving = threading.Event()
        self._lock = threading.Lock()
        self._sendings: list[Sending] = []

    @property
    def sendings(self) -> list[Sending]:
        """The chunks that are sent now."""
        with self._lock:
            return list(self._sendings)

    def leave(self) -> None:
        """Take no chunk any more; what is in flight finishes."""
        self._leaving.set()
        for sending in self.sendings:
            sending.stop()

    def __call__(self, number: int) -> None:
        """Take a chunk, send it and give it back; where that cannot be done, rest."""
        if self._leaving.is_set():
            return
        try:
            error = self._carry_out(number)
        except MailgridError as found:
            error = found
        except Exception as found:  # a task that dies in silence would be given out again and again
            _log.debug("a chunk could not be sent", exc_info=True)
            error = MailgridError(f"a chunk cannot be sent: {type(found).__name__}")
        if error is None or self._leaving.is_set():
            return
        self.trouble = error.message
        self._log("trouble", campaign=self.part.run.campaign, reason=error.message, rest=self._rest)
        self._leaving.wait(self._rest)
        self._rest = min(self._rest * 2, _LONGEST_REST)

    def _carry_out(self, number: int) -> MailgridError | None:
        held = self._chunks.take(self.part.run, number, self._holder)
        if held is None:
            return None
        sending = Sending(self.part, held, self._events)
        with self._lock:
            self._sendings.append(sending)
        if self._leaving.is_set():
            sending.stop()
        begun = time.monotonic()
        try:
            outcome = sending()
            self._account(sending)
            kept = not sending.guard.lost and self._chunks.release(held, outcome)
        finally:
            with self._lock:
                self._sendings.remove(sending)
        self._tell(sending, time.monotonic() - begun, kept=kept)
        return sending.error if kept else None

    def _account(self, sending: Sending) -> None:
        progress = sending.progress
        self.sent += progress.counts["sent"] if progress else 0
        if sending.error is None:
            self.trouble, self._rest = "", _FIRST_REST

    def _tell(self, sending: Sending, seconds: float, *, kept: bool) -> None:
        facts = dict(zip(("sent", "failed", "deferred", "in_doubt", "suppressed"), sending.counted, strict=True))
        name = "chunk" if kept else "lost"
        number = sending.held.number
        self._log(name, campaign=self.part.run.campaign, chunk=number, **facts, seconds=round(seconds, 3))

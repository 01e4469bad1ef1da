"""Deliveries: lines that are posted in batches, in their order, on a thread of their own that nobody waits for."""

import json
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from mailgrid.errors import TransportError

__all__ = ["Deliveries", "NotTakenError"]

Line = Mapping[str, Any]

#: So many lines may wait, some megabytes; what comes while the queue is full is left out, and counted.
_ROOM = 10_000
_LARGEST_BATCH = 500
#: A line waits so long for others that go with it, in seconds.
_PATIENCE = 2.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
#: These go at once, with whatever waits.
_URGENT = frozenset({"started", "finished"})


class NotTakenError(TransportError):
    """A delivery was not taken; one that is `final` would not be at another time either."""

    def __init__(self, message: str, *, final: bool) -> None:
        super().__init__(message)
        self.final = final


class Deliveries:
    """Posts lines. What is not taken is posted again after 1, 2, 4, ... 60 seconds, what comes after it waits.

    Args:
        post: posts the body of a delivery, under its id; raises NotTakenError.
        run: what the ids begin with, another for each run.
        batch: how long a line waits for others, in seconds.
        pause: the first pause before a delivery is posted again, in seconds.
        clock: the time, in seconds, that only goes on.
    """

    def __init__(
        self,
        post: Callable[[str, bytes], None],
        run: str,
        *,
        batch: float = _PATIENCE,
        pause: float = _FIRST_PAUSE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._post = post
        self._run_id = run
        self._batch = batch
        self._pause = pause
        self._clock = clock
        self._queue: queue.Queue[Line] = queue.Queue(_ROOM)
        self._over = threading.Event()
        self._held = 0
        self.lost = 0
        self.reason = ""
        self._thread = threading.Thread(target=self._run, name="webhook", daemon=True)
        self._thread.start()

    def put(self, line: Line) -> None:
        """Take a line, at once: where too many wait already it is lost."""
        try:
            self._queue.put_nowait(line)
        except queue.Full:
            self.lost += 1

    def close(self, last: Line, within: float) -> int:
        """Take the last line, wait until all is posted, and return how many lines were not.

        Args:
            last: a line that is `finished`.
            within: how long to wait, in seconds.
        """
        ends = self._clock() + within
        try:
            self._queue.put(last, timeout=within)
        except queue.Full:
            self.lost += 1
        self._thread.join(max(0.0, ends - self._clock()))
        left = self._held + self._queue.qsize() if self._thread.is_alive() else 0
        self._over.set()
        return self.lost + left

    def _run(self) -> None:
        number = 0
        while not self._over.is_set():
            lines = self._next()
            self._held = len(lines)
            number += 1
            body = json.dumps({"format": 1, "run": self._run_id, "number": number, "lines": lines}, ensure_ascii=False)
            self._deliver(f"{self._run_id}.{number}", body.encode("utf-8", "backslashreplace"))
            self._held = 0
            if lines[-1]["event"] == "finished":
                return

    def _next(self) -> list[Line]:
        """Wait for a line, and for those that go with it."""
        lines = [self._queue.get()]
        ends = self._clock() + self._batch
        while lines[-1]["event"] not in _URGENT and len(lines) < _LARGEST_BATCH:
            try:
                lines.append(self._queue.get(timeout=max(0.0, ends - self._clock())))
            except queue.Empty:
                break
        return lines

    def _deliver(self, delivery: str, body: bytes) -> None:
        """Post a batch until it is taken, or never will be, or nobody waits for it any more."""
        pause = self._pause
        while True:
            try:
                self._post(delivery, body)
                return
            except NotTakenError as error:
                self.reason = error.message
                if error.final:
                    self.lost += self._held
                    return
            if self._over.wait(pause):
                return
            pause = min(2 * pause, _LONGEST_PAUSE)

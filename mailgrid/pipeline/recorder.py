"""Recorder: the one thread that writes the ledger; one durable commit serves all workers."""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from mailgrid.errors import LedgerError
from mailgrid.hookspecs import Message
from mailgrid.ledger.store import Intent, Store
from mailgrid.pipeline.audience import Person
from mailgrid.pipeline.clock import Clock
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.halt import Halt
from mailgrid.pipeline.progress import Progress

__all__ = ["Recorder", "intent_of"]

_log = logging.getLogger("mailgrid")

#: Outcomes ride with the next intents, or wait this long alone, in seconds.
_LINGER = 0.06
#: How many outcomes may wait before they are written alone.
_CROWD = 500


@dataclass(slots=True)
class _Batch:
    """What a commit holds, and who waits for it: nobody else is woken when it is over."""

    settled: threading.Condition
    intents: list[Intent] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    is_over: bool = False
    error: LedgerError | None = None


def intent_of(person: Person, now: float, message_id: str = "", transport: str = "") -> Intent:
    """Return what is written down before somebody's message is; without its id where there is no message."""
    who = person.recipient
    return Intent(who.key, who.address, message_id, person.attempts + 1, now, transport, who.variant)


class Recorder:
    """Makes intents and results durable, in the order in which they come.

    Args:
        store: the campaign's ledger; from `start` to `close` only the recorder writes it.
        clock: the time.
        bucket: gives the throttle's state, which is kept with each commit.
        progress: counts what is durable.
        halt: ends the run when nothing can be written any more.
        watchers: are called with each event once it is durable; they must not take long, and one that raises is
            told no more.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        bucket: Callable[[], float],
        progress: Progress,
        halt: Halt,
        watchers: Iterable[Callable[[Event], None]] = (),
    ) -> None:
        self._store = store
        self._clock = clock
        self._bucket = bucket
        self._progress = progress
        self._halt = halt
        self._watchers = list(watchers)
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)  # the recorder waits for something to write
        self._next = self._new_batch()
        self._closing = False
        self.error: LedgerError | None = None
        self._thread = threading.Thread(target=self._run, name="recorder")

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def intend(self, batch: Sequence[tuple[Person, Message]], transport: str = "") -> None:
        """Return once it is durable that these messages are about to be written.

        Args:
            batch: the messages.
            transport: through which they go.

        Raises:
            LedgerError: it cannot be made durable; nothing of the batch may be written.
        """
        now = self._clock.now()
        intents = [intent_of(person, now, message.message_id, transport) for person, message in batch]
        with self._lock:
            ours = self._next
            ours.intents.extend(intents)
            self._work.notify()
            while not ours.is_over:
                ours.settled.wait()
            if ours.error is not None:
                raise LedgerError(ours.error.message, hint=ours.error.hint, code=ours.error.code)

    def record(self, event: Event, intent: Intent | None = None) -> None:
        """Take what became of a message; it is written 60 ms later at the latest.

        Args:
            event: whose, and what.
            intent: where there was none before: somebody failed before anything was to be written.
        """
        with self._lock:
            if intent is not None:
                self._next.intents.append(intent)
            self._next.events.append(event)
            if len(self._next.events) in {1, _CROWD}:
                self._work.notify()

    def close(self) -> None:
        """Write what is left and end the thread."""
        with self._lock:
            self._closing = True
            self._work.notify()
        self._thread.join()

    def _run(self) -> None:
        while self._commit():
            pass

    def _commit(self) -> bool:
        """Write what has come, and let go of it; false when all is written."""
        batch = self._gathered()
        if batch is None:
            return False
        error = self.error or self._write(batch)
        with self._lock:
            self.error = batch.error = error
            batch.is_over = True
            batch.settled.notify_all()
        if error is None:
            self._tell(batch.events)
        else:
            self._halt(error)
            for event in batch.events:
                self._progress.lost(event)
        return True

    def _tell(self, events: Sequence[Event]) -> None:
        for event in events:
            self._progress(event)
        for watch in tuple(self._watchers):
            try:
                for event in events:
                    watch(event)
            except Exception as error:
                _log.warning("whoever watches the run raised %s and is told no more", type(error).__name__)
                self._watchers.remove(watch)

    def _gathered(self) -> _Batch | None:
        """Wait until a commit is worth while; None when all is written."""
        with self._lock:
            self._work.wait_for(lambda: self._next.intents or self._next.events or self._closing)
            if not self._pressing():
                self._work.wait_for(self._pressing, _LINGER)
            if not (self._next.intents or self._next.events):
                return None
            batch, self._next = self._next, self._new_batch()
            return batch

    def _new_batch(self) -> _Batch:
        return _Batch(threading.Condition(self._lock))

    def _pressing(self) -> bool:
        return bool(self._next.intents or self._closing or len(self._next.events) >= _CROWD)

    def _write(self, batch: _Batch) -> LedgerError | None:
        # Once it has failed nothing more is written, but the queue is still read: whoever waits must be woken.
        try:
            self._store.write(batch.intents, [event.result for event in batch.events], bucket=self._bucket())
        except LedgerError as error:
            return error
        except Exception as error:  # a thread that dies in silence would let every worker wait for ever
            return LedgerError(
                f"the ledger cannot be written: {type(error).__name__}", hint="run `apply` again once it can"
            )
        return None

"""What the pipeline takes from the module `threading`, and its clock, on a schedule."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

from mailgrid.pipeline.clock import Clock
from tests.simulation.schedule import Schedule, Task

__all__ = ["ScheduledClock", "on"]


class Lock:
    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._holder: Task | None = None
        self._waiting: list[Task] = []

    def acquire(self) -> None:
        self._schedule.step()
        while self._holder is not None:
            assert self._holder is not self._schedule.current, "a thread waits for itself"
            self._waiting.append(self._schedule.current)
            self._schedule.block()
        self._holder = self._schedule.current

    def release(self) -> None:
        self._holder = None
        for task in self._waiting:
            task.wake()
        self._waiting.clear()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *error: object) -> None:
        self.release()
        if error == (None, None, None):
            self._schedule.step()


class Condition:
    def __init__(self, schedule: Schedule, lock: Lock | None = None) -> None:
        self._schedule = schedule
        self._lock = lock or Lock(schedule)
        self._waiting: list[Task] = []

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *error: object) -> None:
        self._lock.__exit__(*error)

    def wait(self, timeout: float | None = None) -> bool:
        task = self._schedule.current
        self._waiting.append(task)
        self._lock.release()
        self._schedule.block(timeout)
        notified = task not in self._waiting
        if not notified:
            self._waiting.remove(task)
        self._lock.acquire()
        return notified

    def wait_for(self, predicate: Callable[[], object], timeout: float | None = None) -> object:
        end = None if timeout is None else self._schedule.now + timeout
        while not (answer := predicate()):
            left = None if end is None else end - self._schedule.now
            if left is not None and left <= 0:
                break
            self.wait(left)
        return answer

    def notify(self, count: int = 1) -> None:
        for task in self._waiting[:count]:
            task.wake()
        del self._waiting[:count]

    def notify_all(self) -> None:
        self.notify(len(self._waiting))


class Thread:
    def __init__(
        self,
        schedule: Schedule,
        target: Callable[..., None],
        name: str,
        args: tuple[object, ...] = (),
        *,
        daemon: bool = False,
    ) -> None:
        self._schedule = schedule
        self._target = partial(target, *args)
        self._task: Task | None = None

    def start(self) -> None:
        self._task = self._schedule.start(self._target)

    def is_alive(self) -> bool:
        self._schedule.step()
        return self._task is not None and not self._task.ended

    def join(self, timeout: float | None = None) -> None:
        self._schedule.step()
        assert self._task is not None
        if not self._task.ended:
            self._task.joiners.append(joiner := self._schedule.current)
            self._schedule.block(timeout)
            self._task.joiners.remove(joiner)


class ScheduledClock(Clock):
    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def now(self) -> float:
        self._schedule.step()
        return self._schedule.now

    def wait(self, condition: Any, seconds: float | None) -> None:
        condition.wait(seconds)


@contextmanager
def on(schedule: Schedule) -> Iterator[None]:
    """Let every module of the pipeline find these in place of `threading`."""
    stand_in = SimpleNamespace(**{kind.__name__: partial(kind, schedule) for kind in (Lock, Condition, Thread)})
    for names in _namespaces():
        names["threading"] = stand_in
    try:
        yield
    finally:
        for names in _namespaces():
            names["threading"] = threading


@cache
def _namespaces() -> list[dict[str, Any]]:
    """Return those of the modules of the pipeline that make threads and locks."""
    modules = [vars(module) for name, module in sys.modules.items() if name.startswith("mailgrid.pipeline.")]
    return [names for names in modules if names.get("threading") is threading]

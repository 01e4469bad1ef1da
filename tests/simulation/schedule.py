"""A schedule: real threads of which one runs at a time; chance, which the seed fixes, decides at each step who goes on.

Time is virtual: it creeps while somebody can run, and leaps to the next deadline when everybody waits.
"""

import math
import random
from collections.abc import Callable
from threading import Lock, Thread

__all__ = ["Failed", "Killed", "Schedule", "Task"]

EPOCH = 1_777_777_777.0
#: A step takes so long, in seconds.
TICK = 1e-5
#: So much of the switches are stalls: the thread goes on only after up to a few hundredths of a second.
STALLING = 0.1
#: A run that takes more steps than this will never end.
ENDLESS = 60_000


class Failed(AssertionError):
    """A promise was broken."""


class Killed(BaseException):
    """The process is dead. It is raised in each of its threads, at whatever they wanted to do next."""


class Task:
    """One thread of the process; `turn` is released when it may go on."""

    def __init__(self, turn: Lock) -> None:
        self.turn = turn
        self.ready = True
        self.deadline = math.inf
        self.ended = False
        self.joiners: list[Task] = []

    def wake(self) -> None:
        self.ready = True
        self.deadline = math.inf


class Carrier:
    """A thread of the operating system that runs one task after the other: to start one for each takes too long."""

    idle: "list[Carrier]" = []  # noqa: RUF012  # there is one list of them

    def __init__(self) -> None:
        self.turn = Lock()
        self.turn.acquire()
        self.work: Callable[[], None] = lambda: None
        Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            self.turn.acquire()
            self.work()


class Schedule:
    """The threads of one process, from its start to its end or to the kill.

    `switching` is how often a step hands over to another thread, from 0 to 1. `alarms` are called at their step.
    """

    def __init__(self, chance: random.Random, now: float = EPOCH, switching: float = 0.2) -> None:
        self.chance = chance
        self.now = now
        self.switching = switching
        self.alarms: dict[int, Callable[[], None]] = {}
        self.steps = 0
        self.dead = False
        self.failure: BaseException | None = None
        turn = Lock()
        turn.acquire()
        self._main = self.current = Task(turn)
        self._tasks = [self._main]

    # ---- what a thread does --------------------------------------------------------------------------------------

    def step(self) -> None:
        """Let others go on, perhaps. Whatever a thread does that others can notice comes after a step."""
        if self.dead:
            raise Killed
        self.steps += 1
        self.now += TICK
        if self.steps in self.alarms:
            self.alarms.pop(self.steps)()
        if self.steps > ENDLESS:
            self.fail(Failed("the run does not end"))
        lot = self.chance.random()
        if lot < self.switching * STALLING:
            self.block(lot)  # the system has taken the processor away for a while
        elif lot < self.switching:
            self._pass_on()

    def block(self, seconds: float | None = None) -> None:
        """Wait until somebody wakes this task, at most so long."""
        if self.dead:
            raise Killed
        self.current.ready = False
        self.current.deadline = math.inf if seconds is None else self.now + seconds
        self._pass_on()

    def sleep(self, seconds: float) -> None:
        """Do nothing for so long."""
        self.step()
        if seconds:
            self.block(seconds)

    def start(self, target: Callable[[], None]) -> Task:
        """Start another thread."""
        self.step()
        carrier = Carrier.idle.pop() if Carrier.idle else Carrier()
        task = Task(carrier.turn)

        def work() -> None:
            try:
                if not self.dead:
                    target()
            except Killed:
                pass
            except BaseException as error:  # noqa: BLE001  # it is raised by `run`
                self.failure = self.failure or error
                self.dead = True
            Carrier.idle.append(carrier)
            self._end(task)

        carrier.work = work
        self._tasks.append(task)
        return task

    def kill(self) -> None:
        """End the process, now."""
        self.dead = True
        raise Killed

    def fail(self, failure: Failed) -> None:
        """End the process, for a promise was broken."""
        self.failure = self.failure or failure
        self.kill()

    # ---- the process ---------------------------------------------------------------------------------------------

    def run(self, main: Callable[[], None]) -> bool:
        """Run a process to its end and return True, or False when it was killed. All its threads are gone then.

        Raises:
            Failed: it broke a promise, or its threads wait for each other, or do not end.
        """
        try:
            main()
            self._finish()
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001  # it is raised below, when the other threads are gone
            self.failure = self.failure or error
        survived, self.dead = not self.dead, True
        for task in [task for task in self._tasks if task is not self._main]:
            task.turn.release()
            self._main.turn.acquire()
        if self.failure is not None:
            raise self.failure
        return survived

    def _finish(self) -> None:
        """Let the last threads end."""
        while len(self._tasks) > 1:
            self._tasks[-1].joiners.append(self._main)
            self.block()

    def _end(self, task: Task) -> None:
        task.ended = True
        self._tasks.remove(task)
        for joiner in task.joiners:
            joiner.wake()
        heir = self._main if self.dead else self._heir()
        self.current = heir
        heir.turn.release()

    def _pass_on(self) -> None:
        task, heir = self.current, self._heir()
        if heir is not task:
            self.current = heir
            heir.turn.release()
            task.turn.acquire()
        if self.dead:
            raise Killed

    def _heir(self) -> Task:
        """Choose who goes on."""
        while True:
            ready = [task for task in self._tasks if task.ready or task.deadline <= self.now]
            if ready:
                heir = ready[int(self.chance.random() * len(ready))] if len(ready) > 1 else ready[0]
                heir.wake()
                return heir
            self.now = min(task.deadline for task in self._tasks)
            if self.now == math.inf:
                self.failure = Failed("everybody waits for somebody else")
                self.dead = True
                return self._main

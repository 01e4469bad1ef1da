"""How fast the pipeline is: `python -m tests.benchmarks.pipeline [PEOPLE]`.

A far side in memory that takes everything at once, eight workers, a window of 32, rendering and the SQLite ledger with
full sync included: what is left is ours. `--profile` says where the time goes.
"""

import cProfile
import pstats
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from mailgrid.hookspecs import Message, Outcome, Reply, Status
from mailgrid.pipeline.audience import Audience
from mailgrid.pipeline.executor import Executor
from mailgrid.pipeline.gather import Gather
from mailgrid.pipeline.observers import Observers
from mailgrid.planning.plan import Plan
from tests.pipeline.campaign import NobodyWatches, crowd, ledger, plan_of
from tests.pipeline.far_side import FarSide

WORKERS = 8
WINDOW = 32
REPLY = Reply(code=250, enhanced="2.0.0", text="Ok: queued as 4F8XyZ1abcz9")


class Instant:
    """A session that takes everything at once."""

    window = WINDOW

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        """Accept each."""
        return (Outcome(message=message, status=Status.SENT, reply=REPLY) for message in batch)

    def close(self) -> None:
        """Nothing is held."""


class Anywhere(FarSide):
    """A transport of such sessions."""

    def open_session(self) -> Instant:  # type: ignore[override]
        """Make one."""
        return Instant()


def measure(folder: Path, plan: Plan) -> tuple[float, float, float]:
    """Return the seconds that gathering took, that sending took, and the CPU seconds of sending."""
    with closing(ledger(folder, plan)) as store, closing(Audience(plan.name)) as audience:
        start = time.perf_counter()
        tally = Gather(plan, store)(audience)
        gathered = time.perf_counter() - start
        executor = Executor(plan, tally, audience, store, observers=Observers(NobodyWatches()))
        start, busy = time.perf_counter(), time.process_time()
        report = executor.run()
        assert report.sent == tally.to_send
        return gathered, time.perf_counter() - start, time.process_time() - busy


def profiled(folder: Path, plan: Plan) -> None:
    """Print where the time goes, all threads together."""
    profiles: list[cProfile.Profile] = []

    def begin(*_call: object) -> None:
        profiles.append(cProfile.Profile())
        profiles[-1].enable()

    threading.setprofile(begin)
    measure(folder, plan)
    threading.setprofile(None)
    for profile in profiles:
        profile.create_stats()
    pstats.Stats(*profiles).sort_stats("tottime").print_stats(30)


def main() -> None:
    """Print messages a second."""
    numbers = [word for word in sys.argv[1:] if word.isdigit()]
    people = crowd(int(numbers[0]) if numbers else 20_000)
    with tempfile.TemporaryDirectory() as folder:
        if "--profile" in sys.argv:
            profiled(Path(folder), plan_of(people, Anywhere(), workers=WORKERS))
            return
        for number in range(3):
            gathered, sent, busy = measure(Path(folder) / str(number), plan_of(people, Anywhere(), workers=WORKERS))
            print(
                f"gathered {len(people) / gathered:10,.0f} rows/s   sent {len(people) / sent:8,.0f} messages/s   "
                f"{busy / len(people) * 1e6:.0f} µs of CPU a message"
            )


if __name__ == "__main__":
    main()

"""How fast messages get into a Postfix with its queue on disk: `python -m tests.benchmarks.postfix [MESSAGES]`.

A Postfix of its own, as root, where it is installed; it takes everything, and throws away what it has queued. By turns,
each three times: Postfix's own smtp-source with eight sessions, eight lockstep clients of the standard library, and the
whole of `mailgrid apply` with eight workers and its ledger. All send as many lines of 3.9 KB, each message to another
address in one domain. The queue is empty before each. Medians are printed.
"""

import statistics
import sys
from collections.abc import Callable
from functools import partial
from shutil import which

from tests.benchmarks.apply import PROGRAMS, SMTP_SOURCE, apply, smtp_source
from tests.benchmarks.command import Cost
from tests.benchmarks.sink import Sink
from tests.benchmarks.wire import smtplib_clients
from tests.servers.postfix import MISSING, Postfix

_TIMES = 3
#: A Postfix that looks at nobody's pace: how many connect, and how often, is left to the contenders.
_SETTINGS = "smtpd_client_connection_count_limit = 0\n"
_Contender = Callable[[Postfix, int], Cost]


def contenders() -> dict[str, _Contender]:
    """Return whom to measure, the one first whom the others are held against."""
    program = which(SMTP_SOURCE, path=PROGRAMS)
    if MISSING or program is None:
        raise SystemExit(MISSING or f"{SMTP_SOURCE}: not installed")
    return {
        "smtp-source": partial(smtp_source, program),
        "smtplib, lockstep": smtplib_clients,
        "apply": partial(apply, domains=1),
    }


def measure(count: int) -> dict[str, list[Cost]]:
    """Let each send so many messages, a few times by turns."""
    costs: dict[str, list[Cost]] = {name: [] for name in contenders()}
    with Postfix(_SETTINGS) as postfix:
        for _ in range(_TIMES):
            for name, act in contenders().items():
                postfix.forget()
                costs[name].append(act(postfix, count).per(count))
    return costs


def main() -> None:
    """Print the table."""
    with Sink() as sink:
        apply(sink, 10)  # compiles the modules
    costs = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000)
    pace = {name: 1 / statistics.median(cost.seconds for cost in some) for name, some in costs.items()}
    print(f"{'into a Postfix':20} messages     ratio to      µs of CPU")
    print(f"{'with its queue':20} a second     smtp-source   a message")
    for name, some in costs.items():
        cpu = statistics.median(cost.cpu for cost in some)
        print(f"{name:20} {pace[name]:8,.0f} {pace[name] / pace['smtp-source']:13.2f} {cpu * 1e6:13.0f}")


if __name__ == "__main__":
    main()

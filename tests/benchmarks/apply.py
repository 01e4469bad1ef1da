"""How fast `mailgrid apply` is, as a table: `python -m tests.benchmarks.apply [PEOPLE]`.

Into a server that takes everything, on the loopback address, and into one that answers 20 ms after it was asked. Ours
is the whole command, from the first moment of its process to its last: start, gathering, the plan, sending with eight
workers, the ledger with full sync. Beside it, in the same run and by turns, eight lockstep clients of the standard
library in one process, which only send, as the yardstick, and Postfix's smtp-source with eight sessions where it is
installed. Whoever waits for each reply sends fewer messages, which takes long enough. Each figure is the median of
three.
"""

import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from shutil import which

from tests.benchmarks.command import Cost, cost_of, mailgrid
from tests.benchmarks.sink import BOTH, Sink
from tests.benchmarks.wire import WAYS, Server, patience, smtplib_clients

WORKERS = 8
#: Postfix's program, and where it may be.
SMTP_SOURCE, PROGRAMS = "smtp-source", "/usr/sbin:/usr/local/sbin:/usr/bin"
_TIMES = 3
_CAMPAIGN = """
campaign speed {{
  source    csv "people.csv"
  from      "Acme <hello@acme.example>"
  subject   "Hello {{{{ first_name }}}}"
  template  "letter.html"
  workers   {workers}

  transport smtp {{
    host "{host}"
    port {port}
  }}
}}
"""
LETTER = "<p>Dear {{ first_name }},</p>\n" + "<p>this is a line of a letter to {{ city }} as any other.</p>\n" * 30
#: What is measured: who sends, and what the server offers.
_Contender = tuple[str, Sequence[str], Callable[[Sink, int], Cost]]


def prepare(folder: Path, people: int, server: Server, domains: int = 50) -> None:
    """Write a list of people in so many domains, a template and a campaign."""
    with (folder / "people.csv").open("w", encoding="utf-8") as file:
        file.write("email,first_name,city\n")
        file.writelines(f"person{number}@example{number % domains}.org,Ann,Paris\n" for number in range(people))
    (folder / "letter.html").write_text(LETTER, "utf-8")
    campaign = _CAMPAIGN.format(workers=WORKERS, host=server.host, port=server.port)
    (folder / "speed.mailgrid").write_text(campaign, "utf-8")


def apply(server: Server, people: int, *, ledger: bool = True, domains: int = 50) -> Cost:
    """Send to so many people with `mailgrid apply`."""
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name), people, server, domains)
        words = () if ledger else ("--ledger", "none")
        return mailgrid("apply", "speed.mailgrid", "--confirm", str(people), *words, folder=name)


def smtp_source(program: str, server: Server, count: int) -> Cost:
    """Send so many messages with Postfix's program.

    It keeps its connections (`-d`) and writes to somebody else each time (`-N`), as everybody does here: a Postfix that
    meets one address only remembers what it found out about it. What it sends is the first message of the campaign
    (`-F`): a server has as much to do for it as for ours.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, 1, server)
        mailgrid("preview", "speed.mailgrid", "--eml", "letters", folder=folder)
        (letter,) = (folder / "letters").iterdir()
        (folder / "letter").write_bytes(letter.read_bytes().replace(b"\r\n", b"\n"))  # it writes CRLF itself
        words = f"-d -N -s {WORKERS} -m {count} -F letter -f a@acme.example -t b@example.org".split()
        return cost_of([program, *words, f"{server.host}:{server.port}"], folder)


def _contenders() -> list[_Contender]:
    """Return whom to measure; the yardstick first."""
    found: list[_Contender] = [("smtplib, lockstep", (), smtplib_clients)]
    if program := which(SMTP_SOURCE, path=PROGRAMS):
        found.append(("smtp-source", BOTH, partial(smtp_source, program)))
    found += [(f"apply, {way}", extensions, apply) for way, extensions in WAYS.items()]
    return [*found, ("apply, chunked, --ledger none", BOTH, partial(apply, ledger=False))]


def measure(people: int, delay: float) -> None:
    """Print the table for one server; the contenders take turns, so that a busy moment meets them all."""
    contenders = _contenders()
    costs: list[list[Cost]] = [[] for _ in contenders]
    for _ in range(_TIMES):
        for (name, extensions, act), taken in zip(contenders, costs, strict=True):
            count = people if "chunked" in name else min(people, patience(delay))
            with Sink(delay, extensions) as sink:
                cost = act(sink, count)
                assert sink.count == count, f"the server got {sink.count} of {count} messages from {name}"
            taken.append(cost.per(count))
    print(f"\n{'a server that answers':30} messages     ratio to   µs of CPU   memory")
    print(f"{f'after {delay * 1000:g} ms':30} a second     smtplib    a message   MB")
    slowest = statistics.median(cost.seconds for cost in costs[0])
    for (name, _, _), taken in zip(contenders, costs, strict=True):
        seconds, cpu = (statistics.median(getattr(cost, what) for cost in taken) for what in ("seconds", "cpu"))
        memory = statistics.median(cost.memory for cost in taken)
        print(f"{name:30} {1 / seconds:8,.0f} {slowest / seconds:12.1f} {cpu * 1e6:11.0f} {memory:9.0f}")


def main() -> None:
    """Print the tables."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with Sink() as sink:
        apply(sink, 10)  # compiles the modules
    for delay in (0.0, 0.02):
        measure(people, delay)


if __name__ == "__main__":
    main()

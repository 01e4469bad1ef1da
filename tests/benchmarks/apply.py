"""How fast `mailgrid apply` is: `python -m tests.benchmarks.apply [PEOPLE] [DELAY]`.

Into a server that takes everything, from the first moment of the process to its last: start, gathering, the plan,
sending with eight workers, the ledger with full sync. Before that, in the same minutes, what the wire alone can do with
the standard library's client and with ours. DELAY is in milliseconds before each answer of the server.
"""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks import wire
from tests.benchmarks.command import mailgrid
from tests.benchmarks.sink import Sink
from tests.benchmarks.wire import WAYS, patience

WORKERS = 8
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
_LETTER = "<p>Dear {{ first_name }},</p>\n" + "<p>this is a line of a letter to {{ city }} as any other.</p>\n" * 30


def prepare(folder: Path, people: int, sink: Sink) -> None:
    """Write a list, a template and a campaign."""
    with (folder / "people.csv").open("w", encoding="utf-8") as file:
        file.write("email,first_name,city\n")
        file.writelines(f"person{number}@example{number % 50}.org,Ann,Paris\n" for number in range(people))
    (folder / "letter.html").write_text(_LETTER, "utf-8")
    campaign = _CAMPAIGN.format(workers=WORKERS, host=sink.host, port=sink.port)
    (folder / "speed.mailgrid").write_text(campaign, "utf-8")


def measure(people: int, delay: float) -> None:
    """Print messages a second of the whole command, for each way of sending that a server may allow."""
    for way, extensions in WAYS.items():
        count = people if way == "chunked" else min(people, patience(delay))
        with tempfile.TemporaryDirectory() as name, Sink(delay, extensions) as sink:
            prepare(Path(name), count, sink)
            cost = mailgrid("apply", "speed.mailgrid", "--yes", folder=name)
            print(
                f"apply, {way:10} {sink.count:8,} messages {sink.count / cost.seconds:8,.0f} a second "
                f"{cost.cpu / sink.count * 1e6:6.0f} µs of CPU a message {cost.memory:5.0f} MB"
            )


def main() -> None:
    """Print the figures."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    delay = float(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0.0
    wire.measure(people, delay)
    measure(people, delay)


if __name__ == "__main__":
    main()

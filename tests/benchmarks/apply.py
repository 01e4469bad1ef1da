"""How fast `mailgrid apply` is: `python -m tests.benchmarks.apply [PEOPLE] [DELAY]`.

Into a server that takes everything, from the first moment of the process to its last: start, gathering, the plan,
sending with eight workers, the ledger with full sync. DELAY is in milliseconds before each answer of the server.
"""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks.command import mailgrid
from tests.benchmarks.sink import Sink

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


def main() -> None:
    """Print messages a second, of the whole command."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    delay = float(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0.0
    for _ in range(3):
        with tempfile.TemporaryDirectory() as name, Sink(delay) as sink:
            prepare(Path(name), people, sink)
            cost = mailgrid("apply", "speed.mailgrid", "--yes", folder=name)
            print(
                f"{sink.count:,} messages taken, {sink.count / cost.seconds:,.0f} a second, "
                f"{cost.cpu / people * 1e6:.0f} µs of CPU a message, {cost.memory:.0f} MB"
            )


if __name__ == "__main__":
    main()

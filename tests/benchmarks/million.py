"""What a large list costs: `python -m tests.benchmarks.million [PEOPLE]`, a million of them if nothing is said.

Each line is a whole command in a process of its own. `apply` sends with eight workers, its ledger with full sync, to a
mail server that takes everything, in a process of its own on the loopback address. Before it the same for a tenth of
the people, for memory must not grow with them. It needs three gigabytes of disk, mostly for what the commands print.
"""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks.command import Cost, mailgrid
from tests.benchmarks.sink import Sink

_CAMPAIGN = """
campaign million {{
  source    csv "people.csv"
  from      "Acme <hello@acme.example>"
  subject   "Hello {{{{ first_name }}}}"
  text      "Dear {{{{ first_name }}}}, hello."
  workers   8

  transport smtp {{
    host "{host}"
    port {port}
  }}
}}
"""
#: What is measured after everybody was sent to: the words of each command.
_AFTERWARDS = (("status",), ("log",), ("log", "--json"), ("log", "--failed"))


def prepare(folder: Path, people: int, sink: Sink) -> None:
    """Write a list and its campaign."""
    with (folder / "people.csv").open("w", encoding="utf-8") as file:
        file.write("email,first_name,city\n")
        file.writelines(f"person{number}@example{number % 50}.org,Ann,Paris\n" for number in range(people))
    (folder / "million.mailgrid").write_text(_CAMPAIGN.format(host=sink.host, port=sink.port), "utf-8")


def measure(people: int) -> None:
    """Print what each command costs for so many people."""
    with tempfile.TemporaryDirectory() as name, Sink() as sink:
        folder = Path(name)
        prepare(folder, people, sink)
        print(f"\n{people:,} people, a list of {(folder / 'people.csv').stat().st_size / 1e6:.0f} MB")
        _show("plan", mailgrid("plan", "million.mailgrid", folder=folder))
        cost = mailgrid("apply", "million.mailgrid", "--confirm", str(people), folder=folder)
        assert sink.count == people, f"the server got {sink.count} of {people} messages"
        _show("apply", cost, f"{people / cost.seconds:,.0f} messages a second")
        octets = sum(file.stat().st_size for file in (folder / ".mailgrid").glob("million.db*"))
        print(f"  {'its ledger':20} {octets / 1e6:8,.0f} MB on disk, {octets / people:.0f} bytes a recipient")
        for words in _AFTERWARDS:
            _show(" ".join(words), mailgrid(*words, folder=folder))
        _show("apply, nothing to do", mailgrid("apply", "million.mailgrid", folder=folder))
        assert sink.count == people, "somebody got two"


def _show(what: str, cost: Cost, more: str = "") -> None:
    print(f"  {what:20} {cost.seconds:8.1f} s {cost.cpu:8.1f} s of CPU {cost.memory:6.0f} MB  {more}".rstrip())


def main() -> None:
    """Print the figures."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for count in (people // 10, people):
        measure(count)


if __name__ == "__main__":
    main()

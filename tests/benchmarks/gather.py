"""How fast a list is gone through, and what it takes: `python -m tests.benchmarks.gather [ROWS]`.

`mailgrid plan` of a CSV of which one row in ten matches three terms, in a process of its own, from its first moment
to its last; beside it a list of 10,000 rows, for memory must not grow with the rows.
"""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks.command import mailgrid

_CAMPAIGN = """
campaign crowd {{
  source    csv "{people}.csv"
  where     active and country = "FR" and age >= 18
  from      "Acme <hello@acme.example>"
  subject   "Hello {{{{ first_name }}}}"
  text      "Dear {{{{ first_name }}}}, hello."
  transport stdout
}}
"""


def prepare(folder: Path, people: int) -> str:
    """Write a list and its campaign; return the campaign's file name."""
    with (folder / f"{people}.csv").open("w", encoding="utf-8") as file:
        file.write("email,first_name,country,age,active\n")
        for number in range(people):
            country = "FR" if number % 10 == 3 else "DE"
            file.write(f"person{number}@example{number % 50}.org,Ann,{country},{20 + number % 60},yes\n")
    name = f"{people}.mailgrid"
    (folder / name).write_text(_CAMPAIGN.format(people=people), "utf-8")
    return name


def main() -> None:
    """Print rows a second and memory of the whole command."""
    with tempfile.TemporaryDirectory() as name:
        for people in (10_000, int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000):
            campaign = prepare(Path(name), people)
            cost = mailgrid("plan", campaign, folder=name)
            print(f"{people:9,} rows in {cost.seconds:5.2f} s, {cost.memory:.1f} MB")


if __name__ == "__main__":
    main()

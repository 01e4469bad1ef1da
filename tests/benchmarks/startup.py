"""How long the shortest commands take, process and all: `python -m tests.benchmarks.startup`.

Beside them `check` of a file of 5,000 lines, in which all but the campaign's own are segments.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.command import mailgrid

_ROUNDS = 7
_CAMPAIGN = """
campaign hello {
  source    csv "people.csv"
  from      "Ada <ada@acme.example>"
  subject   "Hello {{ first_name }}"
  text      "Hello, {{ first_name }}."
  transport sandbox
}
"""


def main() -> None:
    """Print the median of each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "people.csv").write_text("email,first_name\nann@example.org,Ann\n", "utf-8")
        (folder / "hello.mailgrid").write_text(_CAMPAIGN, "utf-8")
        segments = (f'segment s{number} where plan = "pro" or age >= {number}\n' for number in range(1, 5000))
        (folder / "long.mailgrid").write_text("".join(segments) + _CAMPAIGN, "utf-8")
        for words in (
            ["--version"],
            ["check", "hello.mailgrid"],
            ["check", "long.mailgrid"],
            ["plan", "hello.mailgrid"],
        ):
            times = [mailgrid(*words, folder=name).seconds for _ in range(_ROUNDS)]
            sys.stdout.write(f"mailgrid {' '.join(words):22} {statistics.median(times) * 1000:5.0f} ms\n")


if __name__ == "__main__":
    main()

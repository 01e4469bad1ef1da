"""What a limited domain costs the others: `python -m tests.benchmarks.lanes [PEOPLE] [SECONDS]`.

Of PEOPLE sixty in a hundred are at one domain, which is limited to 5/s. `mailgrid apply` sends to a server that takes
everything, and is interrupted some seconds after the others have their messages; its own events tell when who had. A
list of a fifth beside it shows that memory does not grow with those who wait.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from tests.benchmarks.sink import Sink

_RATE = 5
_CAMPAIGN = """
campaign lanes {{
  source    csv "people.csv"
  from      "Acme <hello@acme.example>"
  subject   "Hello {{{{ first_name }}}}"
  text      "Dear {{{{ first_name }}}}, hello."
  limit     domain "busy.example" {rate}/s

  transport smtp {{
    host "{host}"
    port {port}
  }}
}}
"""


def _prepare(folder: Path, people: int, sink: Sink) -> None:
    with (folder / "people.csv").open("w", encoding="utf-8") as file:
        file.write("email,first_name\n")
        for number in range(people):
            domain = "busy.example" if number % 5 < 3 else f"example{number % 50}.org"
            file.write(f"person{number}@{domain},Ann\n")
    campaign = _CAMPAIGN.format(rate=_RATE, host=sink.host, port=sink.port)
    (folder / "lanes.mailgrid").write_text(campaign, "utf-8")


def _apply(folder: Path, others: int, seconds: float, sink: Sink) -> float:
    """Run it until all others are out, and some seconds longer; return its memory in megabytes."""
    command = [sys.executable, "-m", "mailgrid", "apply", "lanes.mailgrid", "--yes", "--events", "events"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while sink.count < others:
            time.sleep(0.1)
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss / 1024


def measure(people: int, seconds: float) -> None:
    """Print when the others were out, how many of the limited domain were, and what that took."""
    with tempfile.TemporaryDirectory() as name, Sink() as sink:
        folder = Path(name)
        _prepare(folder, people, sink)
        memory = _apply(folder, people * 2 // 5, seconds, sink)
        limited: list[float] = []
        others: list[float] = []
        for line in (folder / "events").read_text("utf-8").splitlines():
            event = json.loads(line)
            moments = limited if event["address"].endswith("@busy.example") else others
            moments.append(datetime.fromisoformat(event["time"]).timestamp())
    begin = min(*limited, *others)
    most = max(n - _RATE * (moment - limited[0]) for n, moment in enumerate(limited))
    print(
        f"{people:9,} people: {len(others):,} others in {max(others) - begin:.1f} s, "
        f"{len(limited)} of the limited domain in {limited[-1] - begin:.1f} s, "
        f"at most {most:.2f} ahead of {_RATE}/s; {memory:.1f} MB"
    )


def main() -> None:
    """Print the figures."""
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 20.0
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    for count in (people // 5, people):
        measure(count, seconds)


if __name__ == "__main__":
    main()

"""Many hosts on one machine: `python -m tests.benchmarks.cluster [PEOPLE] [HOSTS,...] [CHUNK,...]`.

For each number of worker processes and each size of chunk a campaign is sent into a server that answers each command
after 20 ms, at first one that takes a message at a time (PIPELINING), then one that takes windows (CHUNKING), which is
given ten times as many people. Printed are recipients a second, the processor time of a recipient in the workers and in
the database, statements a second, and octets of the ledger and of the database's log a recipient. Pages are never
written into that log as a whole here, as a server of the tests needs no safety.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
import psycopg

from tests.benchmarks.sink import BOTH, Sink
from tests.cluster.yard import drained
from tests.end_to_end.campaign_folder import CampaignFolder
from tests.postgres import postgres, schema

__all__ = ["main"]

_DELAY = 0.02
_SESSIONS = 8
_SIZE = """
    SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind = 'r' AND relname IN ('recipients', 'attempts') AND nspname = %s
"""
_LOGGED = ("ALTER SYSTEM SET log_statement = 'all'", "ALTER SYSTEM SET log_parameter_max_length = 0")


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run took."""

    per_second: float
    worker_micros: float
    database_micros: float
    statements: float
    octets: float
    logged: float

    def line(self, way: str, hosts: int, chunk: int) -> str:
        """Return it as a line of the table."""
        return (
            f"{way:<10} {hosts:>5} {chunk:>6} {self.per_second:>9,.0f} {self.worker_micros:>8.0f} us "
            f"{self.database_micros:>8.0f} us {self.statements:>10,.0f} {self.octets:>8.0f} {self.logged:>8.0f}"
        )


class Meter:
    """Reads the database's statements and the processor time of it and of the workers.

    Args:
        workers: their process numbers.
    """

    def __init__(self, workers: Sequence[int]) -> None:
        (data,) = parse_qs(urlsplit(postgres()).query)["host"]
        self._log = Path(data) / "log"
        self._postmaster = int((Path(data) / "postmaster.pid").read_text().split()[0])
        self._workers = workers

    def statements(self) -> int:
        """Count those that the server has written into its log."""
        text = self._log.read_text(errors="replace")
        return text.count("LOG:  execute") + text.count("LOG:  statement")

    def logged(self) -> int:
        """Return how many octets were ever written into the database's log."""
        with psycopg.connect(postgres()) as connection:
            row = connection.execute("SELECT (pg_current_wal_lsn() - '0/0')::bigint").fetchone()
        return int(row[0]) if row else 0

    def seconds(self) -> tuple[float, float]:
        """Return the processor time of the workers and of the database, those of its children that live."""
        workers = sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in self._workers)
        postmaster = psutil.Process(self._postmaster)
        database = [postmaster, *postmaster.children()]
        return workers, sum(sum(process.cpu_times()[:4]) for process in database)


def run(hosts: int, chunk: int, people: int, extensions: Sequence[str]) -> Figures:
    """Send a campaign, and measure from its first message to its last."""
    with ExitStack() as stack:
        sink = stack.enter_context(Sink(_DELAY, extensions))
        folder = CampaignFolder(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        folder.write("mailgrid.toml", "")
        folder.people(people)
        transport = f'smtp {{\n    host "{sink.host}"\n    port {sink.port}\n  }}'
        folder.campaign(transport, f"workers {_SESSIONS}")
        url = schema()
        workers = [folder.start("worker", url, "--json", "--name", str(number)) for number in range(hosts)]
        meter = Meter([worker.pid for worker in workers])
        fixed = ("--engine", "cluster", "--yes", "--ledger", url, "--chunk", str(chunk))
        coordinator = folder.start("apply", "welcome.mailgrid", *fixed)
        while not sink.count:
            time.sleep(0.01)
        before, said, logged, begun = meter.seconds(), meter.statements(), meter.logged(), time.monotonic()
        while sink.count < people:
            time.sleep(0.01)
        took, after, statements = time.monotonic() - begun, meter.seconds(), meter.statements() - said
        coordinator.communicate()
        for worker in workers:
            drained(worker)
        logged = meter.logged() - logged
        with psycopg.connect(postgres()) as connection:
            row = connection.execute(_SIZE, (url.rpartition("schema=")[2],)).fetchone()
    workers_took, database_took = ((now - then) / people * 1e6 for now, then in zip(after, before, strict=True))
    octets = float(row[0] if row else 0) / people
    return Figures(people / took, workers_took, database_took, statements / took, octets, logged / people)


def main(people: int, hosts: Sequence[int], chunks: Sequence[int]) -> None:
    """Print the table."""
    with psycopg.connect(postgres(), autocommit=True) as connection:
        for statement in (*_LOGGED, "SELECT pg_reload_conf()"):
            connection.execute(statement.encode())
    print("server     hosts  chunk  a second     workers    database  statements/s  octets   logged")
    for way, extensions, count in (("PIPELINING", ("PIPELINING",), people), ("CHUNKING", BOTH, people * 10)):
        for chunk in chunks:
            for each in hosts:
                print(run(each, chunk, count, extensions).line(way, each, chunk), flush=True)


if __name__ == "__main__":
    given = [*sys.argv[1:], *("3000", "1,2", "200,1000")[len(sys.argv) - 1 :]]
    main(int(given[0]), *([int(each) for each in text.split(",")] for text in given[1:3]))

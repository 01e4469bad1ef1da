"""A list on its way into the cluster's database: `python -m tests.benchmarks.cluster_load [PEOPLE]`.

Printed is how long `apply --engine cluster` takes until everybody is read, gathered and written down and each chunk has
its task, the processor time and the memory of that, and the octets that a recipient takes in the queue.
"""

import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg

from mailgrid.testing import SmtpServer
from tests.end_to_end.campaign_folder import CampaignFolder
from tests.postgres import postgres, schema

__all__ = ["main"]

_CHUNK = 1000


def main(people: int) -> None:
    """Load a list, and print what it took."""
    url = schema()
    name = url.rpartition("schema=")[2]
    with tempfile.TemporaryDirectory() as root, SmtpServer() as server, psycopg.connect(postgres()) as connection:
        connection.autocommit = True
        folder = CampaignFolder(Path(root))
        folder.write("mailgrid.toml", "")
        folder.people(people)
        folder.campaign(f'smtp {{\n    host "{server.host}"\n    port {server.port}\n  }}')
        begun = time.monotonic()
        process = folder.start("apply", "welcome.mailgrid", "--engine", "cluster", "--yes", "--ledger", url)
        while _count(connection, f"{name}.procrastinate_jobs") * _CHUNK < people:
            time.sleep(0.1)
        seconds, meter = time.monotonic() - begun, psutil.Process(process.pid)
        processor, memory = sum(meter.cpu_times()[:2]), meter.memory_info().rss / 1e6
        process.kill()
        process.communicate()
        row = connection.execute("SELECT pg_total_relation_size(%s)", (f"{name}.cluster_people",)).fetchone()
    print(f"{people:,} people in {seconds:.1f} s, {processor:.1f} s of processor time, {memory:.0f} MB")
    print(f"{float(row[0] if row else 0) / people:.0f} octets a recipient in the queue")


def _count(connection: "psycopg.Connection[tuple[int]]", table: str) -> int:
    row = connection.execute("SELECT to_regclass(%s)::oid::bigint", (table,)).fetchone()
    if row is None or row[0] is None:
        return 0
    found = connection.execute(b"SELECT count(*) FROM " + table.encode()).fetchone()
    return found[0] if found else 0


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)

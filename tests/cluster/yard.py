"""A yard of a cluster: a campaign, a strict mail server, a PostgreSQL schema of its own, and real processes."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.postgres.place import Place
from mailgrid.testing import Fault, SmtpServer
from tests.cluster.nursery import Child
from tests.end_to_end.campaign_folder import CampaignFolder, Ended, recipients
from tests.postgres import schema

__all__ = ["Yard", "drained", "ended", "yard"]

Process = Child | subprocess.Popen[str]
_ROOT = Path(__file__).parents[2]


@dataclass
class Yard:
    """Where a cluster is tried."""

    folder: CampaignFolder
    mail: SmtpServer
    url: str
    processes: list[Process] = field(default_factory=list)

    def start(self, *arguments: str, **environment: str) -> Process:
        """Start the program in the campaign's folder."""
        return self._born(Child(arguments, self.folder.path, environment, ""))

    def start_text(self, program: str, *arguments: str) -> Process:
        """Start a program of the test's own."""
        return self._born(Child(arguments, self.folder.path, {}, program))

    def start_behind(self, prefix: list[str], *arguments: str) -> Process:
        """Start the program through another one, in a network of its own for instance."""
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "tests.cluster.hasty", *arguments],
            cwd=self.folder.path,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self._born(process)

    def _born(self, process: Process) -> Process:
        self.processes.append(process)
        return process

    def worker(self, name: str, *options: str, **environment: str) -> Process:
        return self.start("worker", self.url, "--name", name, "--json", *options, **environment)

    def apply(self, *options: str, file: str = "welcome.mailgrid", **environment: str) -> Process:
        fixed = ("--engine", "cluster", "--ledger", self.url, "--yes", "--json")
        return self.start("apply", file, *fixed, *options, **environment)

    def run(self, *arguments: str) -> Ended:
        """Run a command of the ledger to its end."""
        return ended(self.start(*arguments, "--ledger", self.url))

    def campaign(self, *settings: str, transport: str = "", **names: str) -> Path:
        """Write a campaign that sends to the mail server; `transport` is what its block says besides."""
        block = f'smtp {{\n    host "{self.mail.host}"\n    port {self.mail.port}\n{transport}  }}'
        return self.folder.campaign(block, *settings, **names)

    @cached_property
    def database(self) -> Database:
        return Database(Place.of(self.url, os.environ), self.folder.path)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.database.server.rows(query)

    @property
    def begun(self) -> bool:
        """Whether a run was written down."""
        return self.rows("SELECT to_regclass('cluster_runs') IS NOT NULL") == [(True,)] and bool(
            self.rows("SELECT 1 FROM cluster_runs")
        )

    @property
    def troubles(self) -> str:
        """Why hosts do not send, as they told the others."""
        return " ".join(text for (text,) in self.rows("SELECT troubles::text FROM cluster_hosts")) if self.begun else ""

    @property
    def delivered(self) -> Counter[str]:
        """How often the mail server took a message for each address."""
        return Counter(recipients(self.mail.messages))

    def states(self) -> dict[str, set[str]]:
        """Return the addresses in the ledger by state."""
        found: dict[str, set[str]] = {}
        for address, state in self.rows("SELECT address, state FROM recipients"):
            found.setdefault(state, set()).add(address)
        return found

    def check(self, people: list[str], doubtful: int = 0) -> None:
        """Hold the ledger against what the mail server took: nobody twice, nobody lost, few in doubt."""
        states, delivered = self.states(), self.delivered
        sent, in_doubt = states.get("sent", set()), states.get("in_doubt", set())
        assert set(delivered.values()) == {1}
        assert not sent - delivered.keys(), states
        assert not delivered.keys() - sent - in_doubt, {state: len(found) for state, found in states.items()}
        assert sent | in_doubt == set(people)
        assert len(in_doubt) <= doubtful


def ended(process: Process, seconds: float = 60.0) -> Ended:
    """Wait until a process has ended."""
    out, err = process.communicate(timeout=seconds)
    assert process.returncode is not None
    return Ended(process.returncode, out, err)


def drained(process: Process, seconds: float = 40.0) -> list[dict[str, Any]]:
    """Ask a worker to end, and return what it told."""
    process.send_signal(signal.SIGINT)
    end = ended(process, seconds)
    assert end.code == 0, end.err
    assert not end.err, end.err
    return [json.loads(line) for line in end.out.splitlines()]


@contextmanager
def yard(path: Path, *faults: Fault, users: dict[str, str] | None = None) -> Iterator[Yard]:
    """Give a yard; whatever still runs at its end is killed."""
    url = schema()
    with SmtpServer(*faults, extensions=("PIPELINING", "CHUNKING"), users=users) as mail:
        folder = CampaignFolder(path)
        folder.write("mailgrid.toml", "")
        place = Yard(folder, mail, url)
        try:
            yield place
        finally:
            place.database.server.close()
            for process in place.processes:
                if process.returncode is None:
                    process.kill()
                    process.communicate()

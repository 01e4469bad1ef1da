"""A kill at every boundary of a run, and what the ledger says then against what the server took."""

import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from mailgrid.ledger.folder import Folder
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Identity
from mailgrid.testing import SmtpServer
from tests.end_to_end.campaign_folder import recipients
from tests.end_to_end.mortal import CAMPAIGN, PEOPLE, address

WELCOME = Identity("welcome", "", "address", "")


def campaign(folder: Path, server: SmtpServer, workers: int) -> Path:
    folder.mkdir()
    (folder / "mailgrid.toml").write_text("")
    (folder / "people.csv").write_text(f"email\n{address(0, 0)}\n")
    lines = [
        "campaign welcome {",
        '  source csv "people.csv"',
        '  from "hello@acme.example"',
        '  subject "Hello"',
        '  text "Hello"',
        f"  workers {workers}",
        f'  transport smtp {{\n    host "{server.host}"\n    port {server.port}\n  }}',
        "}",
        "",
    ]
    (folder / CAMPAIGN).write_text("\n".join(lines))
    return folder


def states(folder: Path) -> dict[str, State]:
    with closing(Folder(folder / ".mailgrid").store(WELCOME, rehearsal=False, write=False)) as store:
        return {entry.address: entry.state for entry in store.entries()}


@pytest.mark.parametrize(
    "extensions, workers, kills",
    [((), 1, 45), ((), 2, 45), (("PIPELINING",), 1, 20), (("PIPELINING", "CHUNKING"), 1, 15)],
    ids=["lockstep", "two workers", "pipelined", "chunked"],
)
def test_killed_at_every_boundary_nobody_is_lost_and_nobody_gets_two(
    tmp_path: Path, extensions: tuple[str, ...], workers: int, kills: int
) -> None:
    with SmtpServer(extensions=extensions) as server:
        folder = campaign(tmp_path / "campaign", server, workers)
        command = [sys.executable, "-m", "tests.end_to_end.mortal", str(folder)]
        ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=100, check=True)
    runs = ended.stdout.splitlines()
    assert len(runs) > kills
    assert runs[-1] == "0 0"
    taken = Counter(recipients(server.messages))
    for number, run in enumerate(runs, start=1):
        people = {address(number, person) for person in range(PEOPLE)}
        found = states(tmp_path / str(number))
        sent = {person for person, state in found.items() if state is State.SENT}
        doubtful = {person for person, state in found.items() if state is State.IN_DOUBT}
        assert sent <= people & taken.keys() <= sent | doubtful
        assert sent | doubtful == people
        assert run.endswith(f" {int(bool(doubtful))}")
    assert set(taken.values()) == {1}

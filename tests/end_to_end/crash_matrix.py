"""A kill at every boundary: `python -m tests.end_to_end.crash_matrix PEOPLE` has it in each way of sending."""

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from mailgrid.ledger.folder import Folder
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Identity
from mailgrid.testing import SmtpServer
from tests.end_to_end.campaign_folder import recipients
from tests.end_to_end.mortal import CAMPAIGN, address

__all__ = ["kill_everywhere"]

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


def kill_everywhere(root: Path, extensions: Sequence[str], workers: int, people: int) -> int:
    """Let runs be killed, hold what the ledgers say against what the server took, and return how many runs there were.

    Args:
        root: an empty folder.
        extensions: what the server offers; it decides how messages are sent.
        workers: how many there are.
        people: how many each run writes to.
    """
    with SmtpServer(extensions=extensions) as server:
        folder = campaign(root / "campaign", server, workers)
        command = [sys.executable, "-m", "tests.end_to_end.mortal", str(folder), str(people)]
        ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    runs = ended.stdout.splitlines()
    assert runs[-1] == "0 0"
    taken = Counter(recipients(server.messages))
    for number, run in enumerate(runs, start=1):
        everybody = {address(number, person) for person in range(people)}
        found = states(root / str(number))
        sent = {person for person, state in found.items() if state is State.SENT}
        doubtful = {person for person, state in found.items() if state is State.IN_DOUBT}
        assert sent <= everybody & taken.keys() <= sent | doubtful
        assert sent | doubtful == everybody
        assert run.endswith(f" {int(bool(doubtful))}")
    assert set(taken.values()) == {1}
    return len(runs)


def main(people: int) -> None:
    for extensions in ((), ("PIPELINING",), ("PIPELINING", "CHUNKING")):
        for workers in (1, 4):
            with tempfile.TemporaryDirectory() as root:
                runs = kill_everywhere(Path(root), extensions, workers, people)
            way = " and ".join(extensions) or "lockstep"
            sys.stdout.write(f"{way}, workers {workers}: {runs - 1} kills, nobody lost, nobody twice\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""A kill at every boundary: `python -m tests.end_to_end.crash_matrix PEOPLE` has it in each way of sending."""

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mailgrid.ledger.folder import Folder
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Identity
from mailgrid.testing import Fault, SmtpServer, refuse
from tests.end_to_end.campaign_folder import recipients
from tests.end_to_end.mortal import CAMPAIGN, address

__all__ = ["LIMITS", "Limits", "kill_everywhere"]

WELCOME = Identity("welcome", "", "address", "")


@dataclass(frozen=True, slots=True)
class Limits:
    """What keeps a campaign from sending everything through its first relay.

    Args:
        fault: what is wrong with that one.
        relayed: how many messages it may get of a run and the one after it, as its quota; None for all.
        sent: how many the campaign may send, as its quota; None for all.
    """

    fault: Fault | None = None
    relayed: int | None = None
    sent: int | None = None

    @property
    def two(self) -> bool:
        """Whether another relay stands in."""
        return bool(self.fault or self.relayed)


LIMITS = {
    "": Limits(),
    "the relay refuses us": Limits(fault=refuse("MAIL", "550 5.7.1 we do not know you", after=1)),
    "the relay's quota is spent": Limits(relayed=1),
    "the quota is spent": Limits(sent=2),
}


def campaign(folder: Path, relay: SmtpServer, other: SmtpServer, workers: int, limits: Limits) -> Path:
    folder.mkdir()
    (folder / "mailgrid.toml").write_text("")
    lines = [
        f"transport relay smtp{' otherwise other' if limits.two else ''} {{",
        f'  host "{relay.host}"\n  port {relay.port}',
        f"  quota {limits.relayed}/day" if limits.relayed else "",
        "}",
        f'transport other smtp {{\n  host "{other.host}"\n  port {other.port}\n}}',
        "campaign welcome {",
        '  source csv "people.csv"',
        '  from "hello@acme.example"',
        '  subject "Hello"',
        '  text "Hello"',
        f"  workers {workers}",
        "  transport relay",
        f"  quota {limits.sent}/day" if limits.sent else "",
        "}",
        "",
    ]
    (folder / "people.csv").write_text(f"email\n{address(0, 0)}\n")
    (folder / CAMPAIGN).write_text("\n".join(lines))
    return folder


def states(folder: Path) -> dict[str, State]:
    with closing(Folder(folder / ".mailgrid").store(WELCOME, rehearsal=False, write=False)) as store:
        return {entry.address: entry.state for entry in store.entries()}


def kill_everywhere(
    root: Path, extensions: Sequence[str], workers: int, people: int, limits: Limits = LIMITS[""]
) -> int:
    """Let runs be killed, hold what the ledgers say against what the servers took, and return how many runs there were.

    Args:
        root: an empty folder.
        extensions: what the servers offer; it decides how messages are sent.
        workers: how many there are.
        people: how many each run writes to.
        limits: what keeps it from sending everything one way.
    """
    faults = (limits.fault,) if limits.fault else ()
    with SmtpServer(*faults, extensions=extensions) as relay, SmtpServer(extensions=extensions) as other:
        folder = campaign(root / "campaign", relay, other, workers, limits)
        command = [sys.executable, "-m", "tests.end_to_end.mortal", str(folder), str(people)]
        ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    runs = ended.stdout.splitlines()
    relayed, taken = recipients(relay.messages), Counter(recipients([*relay.messages, *other.messages]))
    assert set(taken.values()) == {1}
    assert bool(other.messages) is limits.two
    for number, run in enumerate(runs, start=1):
        everybody = {address(number, person) for person in range(people)}
        pending = hold_together(states(root / str(number)), everybody & taken.keys(), everybody)
        assert limits.sent or not pending
        assert len(everybody & taken.keys()) <= (limits.sent or people)
        assert len(everybody.intersection(relayed)) <= (limits.relayed or people)
        assert run.endswith(f" {int(pending or State.IN_DOUBT in states(root / str(number)).values())}")
    assert runs[-1] == ("1 1" if limits.sent else "0 0")
    return len(runs)


def hold_together(found: Mapping[str, State], taken: set[str], everybody: set[str]) -> bool:
    """Hold what a ledger says against what was taken; say whether anybody is left."""
    sent = {person for person, state in found.items() if state is State.SENT}
    doubtful = {person for person, state in found.items() if state is State.IN_DOUBT}
    assert sent <= taken <= sent | doubtful <= everybody
    return sent | doubtful != everybody


def main(people: int) -> None:
    for what, limits in LIMITS.items():
        for extensions in ((), ("PIPELINING",), ("PIPELINING", "CHUNKING")):
            for workers in (1, 4):
                with tempfile.TemporaryDirectory() as root:
                    runs = kill_everywhere(Path(root), extensions, workers, people, limits)
                way = ", ".join(filter(None, (" and ".join(extensions) or "lockstep", f"workers {workers}", what)))
                sys.stdout.write(f"{way}: {runs - 1} kills, nobody lost, nobody twice\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))

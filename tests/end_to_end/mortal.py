"""Runs that are killed, each one step later than the one before: `python -m tests.end_to_end.mortal FOLDER PEOPLE`.

FOLDER holds a campaign file. Run number N has a copy of it, with so many PEOPLE of its own, in a folder N beside it and
dies of SIGKILL at its Nth boundary: before or after a commit of the ledger, or of the one that campaigns share, a write
to a server, or something read from it. Then it runs again, to its end. The last one comes to its end by itself. None
waits for a quota.
"""

import logging
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mailgrid
from mailgrid.ledger.project import ProjectLedger
from mailgrid.ledger.sqlite import SqliteStore

__all__ = ["CAMPAIGN", "address"]

CAMPAIGN = "welcome.mailgrid"


def address(run: int, person: int) -> str:
    return f"p{person}.{run}@mail.example"


def die_at(boundary: int) -> None:
    """Kill this process at a boundary."""
    seen = 0

    def passed() -> None:
        nonlocal seen
        seen += 1
        if seen == boundary:
            os.kill(os.getpid(), signal.SIGKILL)

    ledgers = ((SqliteStore, "write"), (ProjectLedger, "_done"))
    for owner, name in (*ledgers, (socket.socket, "send"), (socket.socket, "recv")):
        setattr(owner, name, between(passed, getattr(owner, name)))


def between(passed: Callable[[], None], call: Callable[..., Any]) -> Callable[..., Any]:
    def bounded(*arguments: Any, **named: Any) -> Any:
        passed()
        answer = call(*arguments, **named)
        passed()
        return answer

    return bounded


def live(folder: Path, boundary: int = 0) -> int:
    """Apply in a process of its own, and return how that ended: an exit code, or a signal's negative number."""
    child = os.fork()
    if not child:
        code = 70
        try:
            die_at(boundary)
            code = mailgrid.apply(folder / CAMPAIGN, wait=False).exit_code
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def main(campaign: Path, count: int) -> None:
    logging.disable()  # a relay that is left is named again and again
    mailgrid.plan(campaign / CAMPAIGN)  # what is imported now is there in each run
    run, ended = 0, -signal.SIGKILL
    while ended == -signal.SIGKILL:
        run += 1
        folder = campaign.parent / str(run)
        shutil.copytree(campaign, folder)
        people = [address(run, person) for person in range(count)]
        (folder / "people.csv").write_text("\n".join(["email", *people, ""]))
        ended = live(folder, run)
        last = live(folder)
        sys.stdout.write(f"{ended} {last}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

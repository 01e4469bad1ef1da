"""A process that sends, for the crash tests: `python -m tests.ledger.campaigner FOLDER DELIVERED`.

Its far side is the file DELIVERED, which gets a line for each message; like a server it may have taken a message
whose answer nobody saw.
"""

import os
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from mailgrid.ledger.folder import Folder
from mailgrid.ledger.sqlite import SqliteStore
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Result
from tests.ledger.examples import WELCOME, intent, result

WINDOW = 8
RECIPIENTS = 4000


def deliver(far_side: int, keys: Sequence[str]) -> list[Result]:
    for key in keys:
        os.write(far_side, f"{key}\n".encode())
    return [result(key) for key in keys]


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main() -> None:
    folder, delivered = Folder(Path(sys.argv[1])), sys.argv[2]
    far_side = os.open(delivered, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with folder.lock(WELCOME.campaign):
        store = folder.store(WELCOME, rehearsal=False, write=True)
        assert isinstance(store, SqliteStore)
        store.recover()
        known = {entry.key for entry in store.entries()}
        results: list[Result] = []
        waiting = [key for key in (f"k{number}" for number in range(RECIPIENTS)) if key not in known]
        for start in count(0, WINDOW):
            window = waiting[start : start + WINDOW]
            store.write([intent(key) for key in window], results)
            if not window:
                break
            say(start)
            results = deliver(far_side, window)
        assert store.counts()[State.SENDING] == 0
        store.close()
    say("done")


if __name__ == "__main__":
    main()

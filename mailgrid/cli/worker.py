"""`mailgrid worker`: a sending host of a cluster."""

import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import click

from mailgrid.cli.cluster import installed
from mailgrid.cli.common import Common, common_options
from mailgrid.cli.events import events_writer
from mailgrid.cli.heap import share_heap
from mailgrid.cli.screen import Screen
from mailgrid.errors import UsageError
from mailgrid.report import INTERRUPTED
from mailgrid.rfc3339 import rfc3339

__all__ = ["command"]


@click.command("worker")
@click.argument("url")
@click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    help="So many sessions send at once; default: as the campaign says.",
)
@click.option("--name", default="", metavar="NAME", help="What this host is called; default: the machine's name.")
@click.option(
    "--folder",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Let campaigns read files below this folder of this host.",
)
@click.option("--events", metavar="PATH", help="Append one JSON line for each outcome on this host to PATH.")
@click.option("--prepare", is_flag=True, help="Make the tables in the database, and end.")
@common_options
@click.pass_obj
def command(
    common: Common,
    url: str,
    workers: int | None,
    name: str,
    folders: tuple[Path, ...],
    events: str | None,
    prepare: bool,
) -> int:
    """Send what is applied with `--engine cluster` and the ledger at URL, until Ctrl-C.

    Secrets are taken from this host's own environment. A campaign that this host cannot send is named, and left to
    other hosts. The first Ctrl-C takes no new people and lets finish what is in flight; a second one quits at once.
    """
    with installed():
        from mailgrid.cluster.part import HostSettings
        from mailgrid.cluster.tables import prepare as prepare_tables
        from mailgrid.cluster.worker import Worker
        from mailgrid.ledger.opening import open_ledgers
        from mailgrid.ledger.postgres.database import Database
    ledgers = open_ledgers(url, Path.cwd())
    if not isinstance(ledgers, Database):
        raise UsageError(f"`{url}` is no PostgreSQL database", hint="write postgresql://USER@HOST/NAME")
    if prepare:
        ledgers.project().close()
        prepare_tables(ledgers.server)
        common.screen.out(f"the tables are in {ledgers.title}")
        return 0
    host = HostSettings(
        environment=os.environ,
        workers=workers,
        plugins=tuple(common.plugins),
        trust=tuple(common.trust),
        folders=tuple(folder.resolve() for folder in folders),
    )
    share_heap()
    journal = _Journal(common.screen, as_json=common.json is not None)
    with ExitStack() as stack:
        worker = Worker(ledgers, host, name or socket.gethostname(), journal, events_writer(events, stack))
        _take_signals(worker.stop)
        worker.run()
    return 0


def _take_signals(drain: Callable[[], None]) -> None:
    """First: drain. Second: quit; what is in flight is in doubt then."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _quit)
        drain()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _quit(_signal: int, _frame: FrameType | None) -> None:
    os.write(sys.stderr.fileno(), b"quit; what was in flight is in doubt, see: mailgrid log --in-doubt\n")
    os._exit(INTERRUPTED)


class _Journal:
    """Prints what happens, a line each; any thread may call it."""

    def __init__(self, screen: Screen, *, as_json: bool) -> None:
        self._screen = screen
        self._as_json = as_json
        self._lock = threading.Lock()

    def __call__(self, event: str, **facts: object) -> None:
        moment = rfc3339(time.time())
        if self._as_json:
            line = json.dumps({"time": moment, "event": event, **facts}, ensure_ascii=False)
        else:
            line = " ".join([moment, event, *(f"{name}={value}" for name, value in facts.items() if value != "")])
        with self._lock:
            self._screen.out(line)
            sys.stdout.flush()

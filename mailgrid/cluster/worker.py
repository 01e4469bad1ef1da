"""Worker: a sending host. It finds the runs that are open, prepares for each, and takes their chunks."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from uuid import uuid4

from mailgrid import __version__
from mailgrid.cluster.heart import Heart
from mailgrid.cluster.part import HostSettings, Part
from mailgrid.cluster.post import Log, Post
from mailgrid.cluster.runs import Run, Runs
from mailgrid.cluster.tables import prepare
from mailgrid.cluster.takers import Takers
from mailgrid.errors import LedgerError, MailgridError
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.postgres.leases import STALL
from mailgrid.pipeline.event import Event

__all__ = ["Worker"]

#: How often it is looked for runs, in seconds.
_EVERY = 1.0
#: A run that this host could not prepare for is looked at again after so long: somebody may have set the secret.
_AGAIN = 60.0
#: Chunks of so many runs may be under way at once, two of each.
_THREADS = 64


class Worker:
    """One process that sends.

    Args:
        database: the ledgers, and the cluster's tables beside them.
        host: what is allowed here.
        name: how people call this host.
        log: is told what happens.
        events: is called with a campaign's name and each outcome once it is durable.
    """

    def __init__(
        self,
        database: Database,
        host: HostSettings,
        name: str,
        log: Log,
        events: Callable[[str, Event], None] | None = None,
    ) -> None:
        self._database = database
        self._host = host
        self._name = name
        self._log = log
        self._events = events
        self._id = uuid4().hex
        self._stopping = threading.Event()
        self._posts: dict[int, Post] = {}
        self._troubles: dict[int, str] = {}
        self._again: dict[int, float] = {}

    def stop(self) -> None:
        """Take no chunk any more and end, once what is in flight has finished; safe in a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Work until `stop` is called.

        Raises:
            MailgridError: the database cannot be used at all.
        """
        database = self._database
        # A network that is cut in the middle of a transaction must not hold the lease that others wait for.
        database.server.ask_for("idle_in_transaction_session_timeout", f"{STALL * 500:.0f}")
        database.project().close()  # makes the ledger's tables where there are none
        prepare(database.server)
        self._runs = Runs(database.server)
        self._heart = Heart(
            database.server, self._id, self._name, lambda: [*self._posts.values()], lambda: self._troubles, self._log
        )
        self._heart.start()
        self._log("started", name=self._name, version=__version__, database=database.title)
        try:
            asyncio.run(self._work())
        finally:
            self._heart.close()
            self._log("ended", name=self._name)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(_THREADS))
        takers = Takers(self._database, self._log, self._posts.get)
        try:
            while not self._stopping.is_set():
                with suppress(LedgerError):  # the heart tells of it
                    await self._look(takers)
                await asyncio.to_thread(self._stopping.wait, _EVERY)
        finally:
            if self._posts:
                self._log("draining", runs=len(self._posts))
            for post in self._posts.values():
                post.leave()
            await takers.close()
            for run in list(self._posts):
                await self._retire(run)

    async def _look(self, takers: Takers) -> None:
        """Begin with runs that are new, and leave those that are over."""
        open_runs = {run.id: run for run in await asyncio.to_thread(self._runs.open)}
        for number in self._posts.keys() - open_runs.keys():
            self._posts[number].leave()
            await takers.leave(number)
            await self._retire(number)
        self._troubles = {number: why for number, why in self._troubles.items() if number in open_runs}
        await takers.sweep()
        now = asyncio.get_running_loop().time()
        for run in open_runs.values():
            if run.id not in self._posts and self._again.get(run.id, 0.0) <= now and await self._prepared(run):
                takers.take(run.id)

    async def _prepared(self, run: Run) -> bool:
        """Prepare for a run; where that cannot be done, say why, and leave it to the others."""
        try:
            post = await asyncio.to_thread(self._post, run)
        except LedgerError:
            raise
        except MailgridError as error:
            self._again[run.id] = asyncio.get_running_loop().time() + _AGAIN
            if self._troubles.get(run.id) != _said(error):
                self._troubles[run.id] = _said(error)
                self._log("cannot_take_part", campaign=run.campaign, reason=_said(error), hint=error.hint)
            return False
        self._troubles.pop(run.id, None)
        self._posts[run.id] = post
        self._log("takes_part", campaign=run.campaign, run=run.id, bundle=run.bundle[:12])
        return True

    def _post(self, run: Run) -> Post:
        part = Part(run, self._runs.bundle(run.bundle), self._database, self._host, self._heart.alive)
        events = self._events
        told = None if events is None else lambda event: events(run.campaign, event)
        return Post(part, self._id, self._log, told)

    async def _retire(self, run: int) -> None:
        post = self._posts.pop(run)
        self._heart.retire(post)
        await asyncio.to_thread(post.part.close)
        self._log("left", campaign=post.part.run.campaign, run=run, sent=post.sent)


def _said(error: MailgridError) -> str:
    """Return what is wrong; of a campaign that cannot be bound here its first mistake."""
    first: Any = next(iter(getattr(error, "diagnostics", ())), None)
    return str(first.message) if first is not None else error.message

"""Takers: procrastinate's workers in this process: one for each queue of each run, and one for the sweeps."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

import procrastinate
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Status

from mailgrid.cluster.post import Log, Post
from mailgrid.cluster.queue import CHUNK, queues_of
from mailgrid.cluster.sweep import Sweep
from mailgrid.errors import LedgerError
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.postgres.leases import STALL

__all__ = ["Takers"]

_SWEEP = "mailgrid.sweep"
_SWEEPS = "mailgrid sweeps"
#: In seconds: how often tasks are looked for where nobody tells of them, and how often the others are told of us.
_POLL = 1.0
_BEAT = 2.0
_PAUSE = 1.0


class Takers:
    """Takes tasks out of the queues, and hands them to the posts.

    Args:
        database: where the queues are.
        log: is told what happens.
        post: returns where a run is sent on this host; None where it is not.
    """

    def __init__(self, database: Database, log: Log, post: Callable[[int], Post | None]) -> None:
        self._log = log
        self._post = post
        self._sweep = Sweep(database)
        server = database.server
        connector = procrastinate.PsycopgConnector(
            conninfo=server.place.url, kwargs=server.settings, min_size=1, max_size=4
        )
        # Two apps, so that sweeps are deferred by one of our workers and not by each of them.
        self._chunks = procrastinate.App(connector=connector)
        self._chunks.task(name=CHUNK)(self._carry_out)
        self._sweeps = procrastinate.App(connector=connector)
        task = self._sweeps.task(name=_SWEEP, queue=_SWEEPS, queueing_lock=_SWEEP)(self._look_after)
        self._sweeps.periodic(cron="* * * * * */3")(task)
        self._tasks: dict[int, list[asyncio.Task[None]]] = {}
        self._closing = False
        asyncio.get_running_loop().set_exception_handler(self._tell)
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # what matters of it we say ourselves

    async def sweep(self) -> None:
        """Begin to take part in the sweeps; later calls do nothing."""
        if 0 not in self._tasks:
            await self._chunks.connector.open_async()
            self._tasks[0] = [asyncio.create_task(self._work(self._sweeps, [_SWEEPS]))]

    def take(self, run: int) -> None:
        """Begin to take the chunks of a run."""
        self._tasks[run] = [asyncio.create_task(self._work(self._chunks, [queue])) for queue in queues_of(run)]

    async def leave(self, run: int) -> None:
        """Take no chunk of a run any more, and wait for those that are under way."""
        tasks = self._tasks.pop(run, [])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """Leave everything."""
        self._closing = True
        await asyncio.gather(*map(self.leave, list(self._tasks)))
        await self._chunks.connector.close_async()

    async def _work(self, app: procrastinate.App, queues: Sequence[str]) -> None:
        """Work, and begin again whenever the database was away."""
        while not self._closing:
            try:
                await app.run_worker_async(
                    queues=queues,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=_POLL,
                    update_heartbeat_interval=_BEAT,
                    stalled_worker_timeout=STALL,
                    delete_jobs="always",
                )
            except (ProcrastinateException, OSError) as error:
                self._log("queue", reason=type(error.__cause__ or error).__name__)
            await asyncio.sleep(_PAUSE)

    def _tell(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Tell of what nobody waits for: a task, for instance, that ends after it was taken away."""
        del loop
        error = context.get("exception")
        self._log("queue", reason=type(error).__name__ if error else str(context.get("message", "")))

    async def _carry_out(self, run: int, bundle: str, chunk: int) -> None:
        """Send a chunk. What a task says is believed only where it is what the run says."""
        post = self._post(run)
        if post is not None and post.part.run.bundle == bundle:
            await asyncio.to_thread(post, chunk)

    async def _look_after(self, timestamp: int) -> None:
        """Look after the runs, and drop the tasks of workers that are not heard of any more."""
        del timestamp
        try:
            await asyncio.to_thread(self._sweep)
            manager = self._chunks.job_manager
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALL):
                if job.id is not None:
                    await manager.finish_job_by_id_async(job_id=job.id, status=Status.FAILED, delete_job=True)
        except (LedgerError, ProcrastinateException) as error:
            self._log("sweep", reason=str(error))

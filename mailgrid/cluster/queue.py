"""Queue: procrastinate's tasks, one a chunk. A task carries numbers and a digest, as JSON: nothing of it is run."""

from collections.abc import Sequence

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import DEFAULT_PRIORITY, Job

from mailgrid.cluster.runs import Run
from mailgrid.errors import LedgerError
from mailgrid.ledger.postgres.server import Server

__all__ = ["CHUNK", "Queue", "queues_of"]

#: The name of the task.
CHUNK = "mailgrid.chunk"
_BATCH = 1000


def queues_of(run: int) -> tuple[str, str]:
    """Return the names of a run's queues: that of most people, and that of people of domains with a limit.

    A run has queues of its own, so that a host that cannot send it leaves its tasks where they are; two, so that those
    who wait for their domain's turn hold nobody else back.
    """
    return f"mailgrid {run}", f"mailgrid {run} limited"


class Queue:
    """Defers tasks, through the ledger's own connections."""

    def __init__(self, server: Server) -> None:
        self._server = server
        # Without a pool of its own: each call is given a connection.
        self._manager = procrastinate.App(connector=procrastinate.SyncPsycopgConnector()).job_manager

    def defer(self, run: Run, chunks: Sequence[tuple[int, bool]]) -> int:
        """Defer a task for each chunk, and return how many there are now.

        Args:
            run: the run.
            chunks: the number of each, and whether it is for people of domains with a limit.

        Raises:
            LedgerError: that cannot be written.
        """
        jobs = [self._job(run, number, limited=limited) for number, limited in chunks]
        for start in range(0, len(jobs), _BATCH):
            try:
                with self._server.transaction() as connection:
                    self._manager.batch_defer_jobs(jobs[start : start + _BATCH], connection=connection)
            except AlreadyEnqueued:
                continue  # somebody else looked at the same moment, and has done it
            except ConnectorException as error:
                message = f"tasks cannot be deferred in {self._server.place.title}: {type(error.__cause__).__name__}"
                raise LedgerError(message, hint="look into the server's log; nothing is lost") from None
        return len(jobs)

    @staticmethod
    def _job(run: Run, number: int, *, limited: bool) -> Job:
        return Job(
            id=None,
            queue=queues_of(run.id)[limited],
            lock=None,
            queueing_lock=f"mailgrid {run.id} {number}",
            task_name=CHUNK,
            task_kwargs={"run": run.id, "bundle": run.bundle, "chunk": number},
            priority=DEFAULT_PRIORITY,
        )

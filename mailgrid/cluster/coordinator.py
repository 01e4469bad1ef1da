"""Coordinator: begins a run that many hosts carry out, and watches it; the run goes on when this process does not."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mailgrid.cluster.breaking_off import broken_off
from mailgrid.cluster.chunks import Chunks, Total
from mailgrid.cluster.hosts import Host, Hosts
from mailgrid.cluster.runs import Run, Runs
from mailgrid.cluster.sweep import Sweep
from mailgrid.errors import LedgerError, MailgridError, TransportError
from mailgrid.hookspecs import CampaignInfo, Counts
from mailgrid.ledger.control import Wish
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.store import Store
from mailgrid.pipeline.observers import Observers
from mailgrid.pipeline.progress import Progress
from mailgrid.planning.plan import Plan
from mailgrid.report import CampaignReport

__all__ = ["Coordinator"]

#: In seconds: how often it is looked how far the hosts are, and after those that are not heard of any more.
_LOOK = 0.5
_SWEEP = 2.0
#: When every host has been in trouble for so long, the run ends.
_PATIENCE = 15.0


class Coordinator:
    """One run, as its coordinator has it; a `Running`.

    Args:
        plan: the campaign.
        run: the run, written down.
        database: the ledgers.
        store: the campaign's ledger.
        observers: are told how it ends.
        gathered: the report of what was found and not sent to; the run's own counts are put in.
        sleep: waits so many seconds.
    """

    next_due: float | None = None
    paused_until = 0.0
    spent_until = 0.0
    closed_until = 0.0

    def __init__(
        self,
        plan: Plan,
        run: Run,
        database: Database,
        store: Store,
        observers: Observers | None,
        gathered: CampaignReport,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.progress = Progress(run.to_send)
        self.hosts: list[Host] = []
        self.total: Total | None = None
        self.wish = Wish()
        self._plan = plan
        self._run = run
        self._database = database
        self._store = store
        self._observers = observers
        self._gathered = gathered
        self._sleep = sleep
        self._runs = Runs(database.server)
        self._chunks = Chunks(database.server)
        self._hosts_table = Hosts(database.server)
        self._sweep = Sweep(database)
        self._detached = False
        self._troubled_since: float | None = None
        self._error: MailgridError | None = None

    @property
    def notes(self) -> list[str]:
        """How many hosts take part, how fast they send, and which of them do not, and why."""
        hosts = [host for host in self.hosts if self._run.id not in host.troubles]
        troubles = [f"{host.name}: {host.troubles[self._run.id]}" for host in self.hosts if host not in hosts]
        if not hosts:
            return ["no host sends: start `mailgrid worker URL`", *troubles]
        rate = sum(host.per_second for host in hosts)
        return [f"{len(hosts)} host{'' if len(hosts) == 1 else 's'} at {rate:,.0f}/s", *troubles]

    def limited(self, count: int) -> tuple[list[tuple[str, str]], int]:
        """Return nothing: the hosts know which domains are at their limits."""
        del count
        return [], 0

    def interrupt(self) -> None:
        """Stop to watch; the hosts go on."""
        self._detached = True

    def idle(self) -> CampaignReport:
        """Return the report of a campaign with nobody to write to."""
        return self._gathered

    def run(self, tick: Callable[["Coordinator"], None] = lambda _: None, interval: float = 0.1) -> CampaignReport:
        """Watch the run until it is over, or this process is interrupted.

        Args:
            tick: is called about every `interval` seconds meanwhile.
            interval: in seconds.
        """
        begun = time.monotonic()
        looked = swept = -_SWEEP
        ending: str | None = None
        if self._observers is not None:
            self._observers.started(self._info())
        while ending is None and not self._detached:
            now = time.monotonic()
            try:
                if now - swept >= _SWEEP:
                    swept = now
                    self._sweep.look_after(self._run)
                if now - looked >= _LOOK:
                    looked = now
                    ending = self._look(now)
            except LedgerError as error:
                self._error = error  # it is away; the run waits for it, and so do we
                looked = now
            else:
                self._error = None
            tick(self)
            self._sleep(interval)
        return self._ended(ending, time.monotonic() - begun)

    def _look(self, now: float) -> str | None:
        """Find out how far the run is; return why it has ended, None while it goes on."""
        run = self._run
        ending = self._runs.ending(run.id)
        self.total = total = self._chunks.total(run.id)
        self.hosts = self._hosts_table.alive()
        self.wish = self._database.wish(run.campaign, run.since, rehearsal=run.rehearsal)
        counted = total.counted
        for name, count in zip(("sent", "failed", "deferred", "in_doubt", "suppressed"), counted, strict=True):
            self.progress.counts[name] = count
        waits = total.done < total.chunks and not total.held and total.due is not None and total.due > time.time()
        self.next_due = total.due if waits else None
        if ending is None:
            ending = self._given_up(now) or broken_off(run.spec.stop, counted)
            if ending is not None:
                self._runs.end(run.id, ending)
        return ending

    def _given_up(self, now: float) -> str | None:
        """Return why nobody can send: every host that there is has been in trouble for a while."""
        troubles = [host.troubles.get(self._run.id, "") for host in self.hosts]
        if not troubles or not all(troubles):
            self._troubled_since = None
            return None
        self._troubled_since = self._troubled_since or now
        return troubles[0] if now - self._troubled_since >= _PATIENCE else None

    def _info(self) -> CampaignInfo:
        plan = self._plan
        transport = plan.transport.title
        return CampaignInfo(name=plan.name, edition=plan.edition, transport=transport, to_send=self._run.to_send)

    def _ended(self, ending: str | None, seconds: float) -> CampaignReport:
        """Note the end in the ledger, and tell the observers; nothing of it where the run goes on without us."""
        error = TransportError(ending, hint="run `apply` again to go on") if ending else None
        report = self._report(seconds, error, interrupted=ending is None)
        if ending is None:
            return report
        counts = Counts(sent=report.sent, failed=report.failed, deferred=report.deferred, in_doubt=report.in_doubt)
        if self._observers is not None:
            self._observers.finished(counts)
        try:
            self._store.end_run(self._run.ledger_run, counts, report.exit_code, time.time())
        except LedgerError as broken:
            return replace(report, error=report.error or broken)
        return report

    def _report(self, seconds: float, error: MailgridError | None, *, interrupted: bool) -> CampaignReport:
        counts = self.progress.counts
        stories = [] if interrupted else self._chunks.stories(self._run.id)
        return replace(
            self._gathered,
            to_send=self._run.to_send,
            suppressed=self._gathered.suppressed + counts["suppressed"],
            withheld=counts["suppressed"],
            sent=counts["sent"],
            failed=counts["failed"],
            deferred=counts["deferred"],
            in_doubt=counts["in_doubt"],
            attempts=sum(story.get("attempts", 0) for story in stories) or self.progress.settled,
            seconds=seconds,
            warnings=sum(story.get("warnings", 0) for story in stories),
            reasons=_reasons(stories),
            transports=_transports(stories),
            error=error,
            interrupted=interrupted,
        )


def _reasons(stories: list[Mapping[str, Any]]) -> dict[tuple[str, int, str, str], int]:
    found: dict[tuple[str, int, str, str], int] = {}
    for story in stories:
        for what, code, enhanced, reply, count in story.get("reasons", ()):
            found[what, code, enhanced, reply] = found.get((what, code, enhanced, reply), 0) + count
    return found


def _transports(stories: list[Mapping[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for story in stories:
        for title, count in story.get("transports", {}).items():
            found[title] = found.get(title, 0) + count
    return found

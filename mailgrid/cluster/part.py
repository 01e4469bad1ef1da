"""Part: what one host needs to take part in a run: the campaign bound here, its sessions, its share of all limits."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from mailgrid import __version__
from mailgrid.cluster.bundle import Bundle
from mailgrid.cluster.enclosed import Enclosed
from mailgrid.cluster.fetched_files import FetchedFiles
from mailgrid.cluster.lines import Lines
from mailgrid.cluster.observers import OutcomeObservers
from mailgrid.cluster.run_rate import Pace, RunRate
from mailgrid.cluster.runs import Run
from mailgrid.cluster.server_clock import ServerClock
from mailgrid.errors import LedgerError, MailgridError
from mailgrid.hookspecs import Column
from mailgrid.ledger.claim import Claim, Stretch
from mailgrid.ledger.postgres.buckets import PostgresBuckets
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.postgres.faults import is_outage
from mailgrid.library.loading import load
from mailgrid.library.settings import Settings
from mailgrid.pipeline.domain_claims import GAP, DomainClaims
from mailgrid.pipeline.observers import Observers
from mailgrid.pipeline.shared_quota import SharedQuota
from mailgrid.pipeline.shares import Shares, take_shares
from mailgrid.pipeline.throttles import Limit
from mailgrid.planning.binding import bind
from mailgrid.planning.gathered import Gathered
from mailgrid.planning.limits import read_rate
from mailgrid.planning.plan import Plan
from mailgrid.value import value

__all__ = ["HostSettings", "Part", "bound"]


@value
class HostSettings:
    """What a host allows, whatever the database says.

    Args:
        workers: how many sessions send at once; None for as many as the campaign says.
        plugins: distributions whose plugins may load here.
        trust: what campaigns may use that reaches outside.
        folders: where campaigns may read files beside their bundle.
        environment: the environment variables, where secrets are.
    """

    environment: Mapping[str, str]
    workers: int | None = None
    plugins: tuple[str, ...] = ()
    trust: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()


class Part:
    """A host's part in a run.

    Args:
        run: the run.
        packed: its bundle, as the database has it.
        database: the ledgers.
        host: what is allowed here.
        hosts: how many take part.

    Raises:
        MailgridError: this host cannot take part: another version, a bundle that is not right, a secret that is not
            set, a plugin that may not load. It says which.
    """

    def __init__(self, run: Run, packed: bytes, database: Database, host: HostSettings, hosts: int = 1) -> None:
        _check_version(run)
        _check_plugins(run, host)
        self.run = run
        self.database = database
        self.look(hosts)
        with ExitStack() as stack:
            folder = stack.enter_context(TemporaryDirectory(prefix="mailgrid-"))
            file = Bundle.unpacked(packed, run.bundle).write(Path(folder))
            self.plan, hooks = bound(run, file, host, stack)
            self.files = self._files(Path(folder).resolve())
            self.clock = ServerClock(database.clock())
            self.lines = [stack.enter_context(closing(Lines(each.transport))) for each in self.plan.carriers]
            self.buckets = PostgresBuckets(database.server)
            self.shares = self._shares(stack)
            self.limits = self._limits(stack)
            self.turns = self._turns()
            self.observers: Observers = stack.enter_context(closing(OutcomeObservers(hooks, self.plan.observers)))
            self.do_not_mail = database.suppression(write=False)
            self._stack = stack.pop_all()

    def look(self, hosts: int) -> None:
        """Find out what is wanted of the run, and note how many hosts there are.

        Raises:
            LedgerError: that cannot be read.
        """
        self.hosts = hosts
        self.wish = self.database.wish(self.run.campaign, self.run.since, rehearsal=self.run.rehearsal)

    def close(self) -> None:
        """Hang up, and remove the bundle's files."""
        self._stack.close()

    def _files(self, folder: Path) -> FetchedFiles | None:
        renderer = self.plan.renderer
        if not renderer.is_personal:
            return None
        return FetchedFiles(self.database.server, self.run.id, Enclosed(renderer, folder))

    def _shares(self, stack: ExitStack) -> list[Shares]:
        return [take_shares(carrier, self.database, self.clock.now, stack) for carrier in self.plan.carriers]

    def _limits(self, stack: ExitStack) -> list[Limit]:
        """Return the campaign's own rate and quota, over all hosts."""
        plan, buckets = self.plan, self.buckets
        # No transport is called so: a name is one word.
        name = f"{'rehearsal' if self.run.rehearsal else 'campaign'} {self.run.campaign}"
        pace = Pace(plan.rate, plan.burst, plan.cost)
        limits: list[Limit] = [RunRate(name, pace, buckets, self.clock.now, lambda: self.wish.rate)]
        if plan.quota:
            quota = SharedQuota(name, plan.quota, buckets.spend, self.clock.now, buckets.take_quota)
            stack.callback(quota.close)
            limits.append(quota)
        return limits

    def _turns(self) -> DomainClaims | None:
        """Return what charges the buckets of limited domains, kept from one chunk to the next."""
        plan = self.plan
        if not plan.domains:
            return None
        return DomainClaims(plan.domains, plan.cost, self._claim, self.clock.now, lambda: GAP * self.hosts)

    def _claim(self, claims: Sequence[Claim]) -> Mapping[str, Stretch]:
        try:
            return self.buckets.claim_domains(claims, rehearsal=not self.plan.reaches_somebody)
        except LedgerError as error:
            if not is_outage(error):
                raise
            return {}


def _check_version(run: Run) -> None:
    if run.version != __version__:
        raise MailgridError(
            f"`{run.campaign}` is sent by Mailgrid {run.version}, and this host has {__version__}",
            hint="install the same version on all hosts",
        )


def _check_plugins(run: Run, host: HostSettings) -> None:
    missing = [name for name in run.spec.plugins if name not in host.plugins]
    if missing:
        raise MailgridError(
            f"`{run.campaign}` needs the plugins of {', '.join(missing)}, and this host does not load them",
            hint=f"start the worker with --plugin {missing[0]}",
        )


def bound(run: Run, file: Path, host: HostSettings, stack: ExitStack) -> tuple[Plan, object]:
    """Bind the campaign here, without its source, and see that it is the same as where it was planned."""
    settings = Settings(
        variables=run.spec.variables,
        plugins=host.plugins,
        trust=host.trust,
        env=run.spec.env,
        now=datetime.fromisoformat(run.spec.now),
        environment=host.environment,
    )
    loaded = load(file, settings)
    project = loaded.world.project
    world = replace(loaded.world, project=replace(project, folders=(*project.folders, *host.folders)))
    (campaign,) = loaded.choose([run.campaign])
    if run.spec.rate:
        campaign = replace(campaign, rate=read_rate(run.spec.rate), burst=None)
    columns = tuple(Column(name=name, type=kind or None) for name, kind in run.spec.columns)
    plan = bind(campaign, world, gathered=Gathered(columns, dates=run.spec.dates, decimal=run.spec.decimal))
    stack.callback(plan.close)
    _check_same(run, plan)
    workers = host.workers or plan.workers
    return replace(plan, workers=workers, stop=None, take=None, start=None), world.registry.hooks


def _check_same(run: Run, plan: Plan) -> None:
    found = (plan.edition, plan.key or "address", plan.transport_title, not plan.reaches_people)
    planned = (run.edition, run.spec.key, run.spec.transport, run.rehearsal)
    for what, one, other in zip(("edition", "key", "transport", "rehearsal"), planned, found, strict=True):
        if one != other:
            raise MailgridError(
                f"the {what} of `{run.campaign}` is `{other}` on this host, and was planned as `{one}`",
                hint="set the environment variables that the campaign names as they are where it was applied",
            )

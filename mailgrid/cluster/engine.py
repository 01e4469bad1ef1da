"""ClusterEngine: what `apply --engine cluster` sends with."""

from contextlib import ExitStack
from dataclasses import field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from mailgrid import __version__
from mailgrid.cluster.bundle import Bundle, digest_of
from mailgrid.cluster.chunks import Chunks
from mailgrid.cluster.coordinator import Coordinator
from mailgrid.cluster.enclosed import Enclosed
from mailgrid.cluster.packing import base_of, pack
from mailgrid.cluster.part import HostSettings, bound
from mailgrid.cluster.queue import Queue
from mailgrid.cluster.roll import Roll
from mailgrid.cluster.runs import Run, Runs, Spec
from mailgrid.cluster.tables import prepare
from mailgrid.errors import Refused, UsageError
from mailgrid.language.campaign import Campaign
from mailgrid.ledger.postgres.database import Database
from mailgrid.library.former import identity_of
from mailgrid.library.loading import Loaded
from mailgrid.library.prepared import Prepared
from mailgrid.library.settings import Settings
from mailgrid.pipeline.lanes import lane_of
from mailgrid.pipeline.observers import Observers
from mailgrid.pipeline.running import Running
from mailgrid.planning.binding import bind
from mailgrid.planning.plan import Plan
from mailgrid.report import CampaignReport
from mailgrid.rfc3339 import rfc3339
from mailgrid.value import value

__all__ = ["CHUNK", "ClusterEngine"]

#: So many people a chunk, where nothing else is said.
CHUNK = 1000


@value
class ClusterEngine:
    """Sends by many hosts.

    Args:
        settings: what was set from outside; the hosts are told of it.
        rate: in place of the campaign's own, as it was written; empty for that.
        chunk: so many people a chunk.
    """

    settings: Settings = field(default_factory=Settings)
    rate: str = ""
    chunk: int = CHUNK

    def going_on(self, loaded: Loaded, campaign: Campaign, stack: ExitStack) -> tuple[Plan, Running] | None:
        """Return a run of a campaign that goes on; None where there is none.

        Raises:
            Refused: another coordinator watches it, or it is a run of other files.
            UsageError: the ledger is not in PostgreSQL.
        """
        database = _database(loaded)
        database.project().close()  # makes the ledger's tables where there are none
        prepare(database.server)
        rehearsal = loaded.world.redirect is not None or not _reaches_people(loaded, campaign)
        run = Runs(database.server).of(campaign.name, rehearsal=rehearsal)
        if run is None:
            return None
        stack.enter_context(database.lock(campaign.name, rehearsal=rehearsal, edition=run.edition, joins=True))
        plan = bind(campaign, loaded.world)
        stack.callback(plan.close)
        self._check_same(run, loaded, plan)
        store = database.store(identity_of(plan), rehearsal=rehearsal, write=True)
        stack.callback(store.close)
        return plan, Coordinator(plan, run, database, store, None, CampaignReport(name=plan.name))

    def begin(self, loaded: Loaded, prepared: Prepared, observers: Observers, *, wait: bool) -> Running:
        """Write down whom to write to, and defer the chunks.

        Raises:
            MailgridError: hosts could not make these messages.
        """
        database, plan = _database(loaded), prepared.plan
        gathered = prepared.forecast().not_sent()
        run = self._planned(loaded, prepared, wait=wait)
        if prepared.tally.to_send:
            run = self._begun(run, loaded, prepared)
        return Coordinator(plan, run, database, prepared.store, observers, gathered)

    def _planned(self, loaded: Loaded, prepared: Prepared, *, wait: bool) -> Run:
        plan = prepared.plan
        return Run(
            id=0,
            campaign=plan.name,
            edition=plan.edition,
            rehearsal=not plan.reaches_people,
            version=__version__,
            bundle="",
            ledger=0,
            ledger_run=0,
            since=0.0,
            to_send=prepared.tally.to_send,
            spec=self._spec(loaded, plan, wait=wait),
        )

    def _spec(self, loaded: Loaded, plan: Plan, *, wait: bool) -> Spec:
        settings, world = self.settings, loaded.world
        return Spec(
            now=plan.now.isoformat(),
            variables=dict(settings.variables),
            plugins=tuple(dict.fromkeys((*world.project.plugins, *settings.plugins))),
            env=settings.env,
            key=plan.key or "address",
            transport=plan.transport_title,
            columns=tuple((column.name, column.type or "") for column in plan.source.columns),
            dates=getattr(plan.source, "dates", ""),
            decimal=getattr(plan.source, "decimal", "."),
            kept=plan.kept,
            rate=self.rate,
            wait=wait,
            stop=plan.stop,
        )

    def _begun(self, run: Run, loaded: Loaded, prepared: Prepared) -> Run:
        database, plan, store = _database(loaded), prepared.plan, prepared.store
        server = database.server
        Runs(server).forget()
        packed = pack(loaded, plan).pack()
        digest = Runs(server).keep(packed)
        run = replace(run, bundle=digest)
        _try(run, packed, loaded)
        number = store.begin_run(plan.transport_title, run.to_send, database.clock()())
        ours = database.under_way(plan.name, rehearsal=run.rehearsal)
        assert ours is not None  # it holds the lock
        ledger = database.number(plan.name, rehearsal=run.rehearsal)
        run = replace(run, since=ours.since, ledger_run=number, ledger=ledger)
        lane = lane_of(plan) or (lambda _address: "")
        enclosed = Enclosed(plan.renderer, base_of(loaded, plan)) if plan.renderer.is_personal else None
        run = Roll(prepared.audience, store, lambda address: bool(lane(address)), self.chunk, enclosed)(server, run)
        Queue(server).defer(run, Chunks(server).idle(run.id))
        return run

    def _check_same(self, run: Run, loaded: Loaded, plan: Plan) -> None:
        """Refuse to watch a run that is not what the files say now."""
        spec = replace(self._spec(loaded, plan, wait=run.spec.wait), now=run.spec.now)
        digest = digest_of(pack(loaded, plan).pack())
        if (digest, spec, run.edition) == (run.bundle, run.spec, plan.edition):
            return
        began = rfc3339(run.since)
        raise Refused(
            f"a run of `{run.campaign}` that began at {began} goes on, with other files or settings than these",
            hint=f"let it end, or stop it with `mailgrid stop {run.campaign}`; then apply again",
        )


def _database(loaded: Loaded) -> Database:
    if isinstance(loaded.ledger, Database):
        return loaded.ledger
    raise UsageError(
        "`--engine cluster` needs a ledger in PostgreSQL, which all hosts reach",
        hint="add --ledger postgresql://USER@HOST/NAME, or write `ledger` into mailgrid.toml",
    )


def _reaches_people(loaded: Loaded, campaign: Campaign) -> bool:
    return campaign.transport is None or loaded.world.registry.transports[campaign.transport.driver].reaches_people


def _try(run: Run, packed: bytes, loaded: Loaded) -> None:
    """Make of the bundle what a host makes of it, before any host does.

    Raises:
        MailgridError: it cannot be done: a path leads out of the bundle, for instance.
    """
    project = loaded.world.project
    host = HostSettings(
        environment=loaded.world.environment, plugins=run.spec.plugins, trust=project.trust, folders=project.folders
    )
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="mailgrid-"))
        bound(run, Bundle.unpacked(packed, run.bundle).write(Path(folder)), host, stack)

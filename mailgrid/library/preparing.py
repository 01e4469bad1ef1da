"""Preparing: a campaign bound to the world, its ledger open and its audience gathered."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from mailgrid.errors import CampaignError, MailgridError, Refused, SourceError
from mailgrid.hookspecs import ReadsFates
from mailgrid.language.campaign import Campaign
from mailgrid.language.diagnostics import Diagnostic
from mailgrid.ledger import lockfile
from mailgrid.ledger.barred import Barred
from mailgrid.ledger.control import Wish
from mailgrid.ledger.former import Continued
from mailgrid.ledger.store import Identity, Known, Store
from mailgrid.library.former import Former, identity_of
from mailgrid.library.loading import Loaded
from mailgrid.library.settling import settle
from mailgrid.library.stopping import Stopping
from mailgrid.library.time_of import clock_of
from mailgrid.library.token_key import require_key
from mailgrid.library.use import Use
from mailgrid.pipeline.audience import Audience
from mailgrid.pipeline.forecast import Forecast
from mailgrid.pipeline.gate import Gate
from mailgrid.pipeline.gather import Again, Gather
from mailgrid.pipeline.lanes import lane_of
from mailgrid.pipeline.left_out import LeftOut
from mailgrid.pipeline.tally import Tally
from mailgrid.pipeline.trial import try_rendering
from mailgrid.planning.binding import bind
from mailgrid.planning.bulk import without_unsubscribe
from mailgrid.planning.plan import Plan

__all__ = ["Prepared", "prepare"]


@dataclass(slots=True, kw_only=True)
class Prepared:
    """A campaign that is bound and gathered; leaving it in a `with` gives everything back.

    `former` are the ledgers of the campaign's former names, the latest first. `use` is the part of a saved plan that is
    carried out; `left_out` are the rows that did not come into the audience, where somebody is to be told of them;
    `down` are the titles of the carriers that the preflight found not to work. `wish` says what somebody at another
    terminal wants of the run.
    """

    plan: Plan
    store: Store
    former: tuple[Store, ...]
    audience: Audience
    tally: Tally
    gate: Gate
    root: Path
    stack: ExitStack
    use: Use | None = None
    wish: Callable[[], Wish] = Wish
    left_out: LeftOut | None = None
    down: frozenset[str] = frozenset()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.close()

    def forecast(self, *, render: bool = False, every: bool = False) -> Forecast:
        """Return what would happen; `render` tries the messages, `every` all of them however many."""
        trial = try_rendering(self.plan, self.audience, self.tally.to_send, every=every) if render else None
        return Forecast(self.plan, self.tally, trial)


def prepare(
    loaded: Loaded,
    campaign: Campaign,
    *,
    sending: bool,
    again: Again | None = None,
    take: int | None = None,
    use: Use | None = None,
    new_ledger: bool = False,
    settling: bool = True,
    tick: Callable[[int], None] = lambda _rows: None,
) -> Prepared:
    """Bind a campaign and gather its audience.

    Args:
        loaded: the file.
        campaign: the campaign.
        sending: whether to send afterwards: the run lock is taken and the ledger made.
        again: whom to write to again.
        take: at most so many people.
        use: what a saved plan says about it: nobody else is written to.
        new_ledger: whether to start over where the ledger that `mailgrid.lock` names is not here.
        settling: whether to ask the relay's log first about those in doubt, where the project names one.
        tick: is called with the rows read so far.

    Raises:
        MailgridError: whatever stands in the way; nothing was sent.
    """
    with ExitStack() as stack:
        plan = bind(campaign, loaded.world)
        stack.callback(plan.close)
        require_key(plan, loaded.world)
        identity = identity_of(plan)
        former = Former(loaded.ledger, plan)
        rehearsal = not plan.reaches_people
        settled = 0 if rehearsal or not settling else settle(loaded, plan, clock_of(loaded.ledger).now())
        wish = _locked(loaded, plan, former, stack, new_ledger=new_ledger) if sending else Wish
        store = loaded.ledger.store(identity, rehearsal=rehearsal, write=sending)
        stack.callback(store.close)
        if use is not None:
            use.check(plan, store)
        if sending:
            store.recover()
        audience = Audience(plan.origin, lane_of(plan))
        stack.callback(audience.close)
        only = None if use is None else use.campaign.people.afresh()
        earlier = former.opened(stack)
        known: Known = Continued(store, earlier) if earlier else store
        known = known if plan.key else loaded.ledger.remembering(known)
        gate = _gate(loaded, plan, stack)
        tick = _stoppable(tick, Stopping(plan.name, wish))
        told = sending and any(isinstance(each.observer, ReadsFates) for each in plan.observers)
        left_out = LeftOut(audience) if told else None
        gather = Gather(plan, known, again=again or Again(), take=take, barred=gate.barred, only=only, tick=tick)
        try:
            tally = gather(audience, left_out)
        except SourceError as error:
            raise _unreadable(campaign, error) from error
        tally.settled = settled
        names = [each.name for each in loaded.compiled.campaigns]
        found = [former.renamed(campaign, names, audience.keys())]
        if not (sending or rehearsal):
            found += [without_unsubscribe(campaign, tally.to_send), _elsewhere(loaded, campaign, plan, former)]
        plan = replace(plan, warnings=(*plan.warnings, *filter(None, found)))
        return Prepared(
            plan=plan,
            store=store,
            former=earlier,
            audience=audience,
            tally=tally,
            gate=gate,
            root=loaded.world.project.root,
            stack=stack.pop_all(),
            use=use,
            wish=wish,
            left_out=left_out,
        )


def _unreadable(campaign: Campaign, error: SourceError) -> MailgridError:
    """Say where the source is named that cannot be read to its end."""
    driver = campaign.source
    span = driver.location.span if driver.location else driver.driver_span
    found = Diagnostic("MG403", span, {"reason": error.placed}, error.hint)
    return CampaignError(f"the source of `{campaign.name}` cannot be read", (found,))


def _locked(loaded: Loaded, plan: Plan, former: Former, stack: ExitStack, *, new_ledger: bool) -> Callable[[], Wish]:
    """Lock the campaign under all its names until `stack` is left; return what asks what is wished of the run."""
    rehearsal = not plan.reaches_people
    run = stack.enter_context(loaded.ledger.lock(plan.name, rehearsal=rehearsal, edition=plan.edition))
    former.lock(stack)
    if not (rehearsal or new_ledger):
        _check_lock(loaded, identity_of(plan), former, plan.former)
    return partial(loaded.ledger.wish, plan.name, run.since, rehearsal=rehearsal)


def _stoppable(tick: Callable[[int], None], stopping: Stopping) -> Callable[[int], None]:
    def heeding(rows: int) -> None:
        stopping()
        tick(rows)

    return heeding


def _gate(loaded: Loaded, plan: Plan, stack: ExitStack) -> Gate:
    """Read the lists of people who are never written to; `stack` closes them."""
    lists = stack.enter_context(closing(Barred()))
    lists.fill((each.title, each.addresses()) for each in plan.suppressions)
    project = stack.enter_context(closing(loaded.ledger.suppression(write=False)))
    return Gate(lists, project, clock_of(loaded.ledger).now)


def _elsewhere(loaded: Loaded, campaign: Campaign, plan: Plan, former: Former) -> Diagnostic | None:
    """Warn, W609, that `apply` will refuse, and that the plan does not know who has the message already."""
    try:
        _check_lock(loaded, identity_of(plan), former, plan.former)
    except Refused as refused:
        return Diagnostic("W609", campaign.span, {"reason": refused.message})
    return None


def _check_lock(loaded: Loaded, identity: Identity, former: Former, names: Iterable[str]) -> None:
    """Refuse where this campaign was applied, under whatever name, with a ledger that is not here."""
    project = loaded.world.project
    store = loaded.ledger.store(identity, rehearsal=False, write=False)
    try:
        known = store.id or None
    finally:
        store.close()
    lockfile.check(project.root, identity.campaign, identity.edition, known, project.environment)
    for name in names:
        lockfile.check(project.root, name, identity.edition, former.id_of(name), project.environment)

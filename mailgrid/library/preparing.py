"""Preparing: binds a campaign to the world, opens its ledger and gathers its audience."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial

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
from mailgrid.library.prepared import Prepared
from mailgrid.library.settling import settle
from mailgrid.library.stopping import Stopping
from mailgrid.library.time_of import clock_of
from mailgrid.library.token_key import require_key
from mailgrid.library.use import Use
from mailgrid.pipeline.audience import Audience
from mailgrid.pipeline.gate import Gate
from mailgrid.pipeline.gather import Again, Gather
from mailgrid.pipeline.lanes import lane_of
from mailgrid.pipeline.left_out import LeftOut
from mailgrid.pipeline.tally import Tally
from mailgrid.planning.binding import bind
from mailgrid.planning.bulk import without_unsubscribe
from mailgrid.planning.plan import Plan

__all__ = ["prepare"]


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
        former = Former(loaded.ledger, plan)
        settled = settle(loaded, plan, clock_of(loaded.ledger).now()) if settling and plan.reaches_people else 0
        wish = _locked(loaded, plan, former, stack, new_ledger=new_ledger) if sending else Wish
        store = _opened(loaded, plan, use, stack, sending=sending)
        earlier = former.opened(stack)
        audience = Audience(plan.origin, lane_of(plan))
        stack.callback(audience.close)
        gate = _gate(loaded, plan, stack)
        told = sending and any(isinstance(each.observer, ReadsFates) for each in plan.observers)
        left_out = LeftOut(audience) if told else None
        gather = Gather(
            plan,
            _known(loaded, plan, store, earlier),
            again=again or Again(),
            take=take,
            barred=gate.barred,
            only=use.campaign.people.afresh() if use else None,
            tick=_stoppable(tick, Stopping(plan.name, wish)),
        )
        tally = _gathered(gather, campaign, audience, left_out)
        tally.settled = settled
        remarks = _remarks(loaded, campaign, plan, former, audience, tally, sending=sending)
        return Prepared(
            plan=replace(plan, warnings=(*plan.warnings, *remarks)),
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


def _opened(loaded: Loaded, plan: Plan, use: Use | None, stack: ExitStack, *, sending: bool) -> Store:
    """Open the campaign's ledger, until `stack` is left; what a run that was killed had begun is in doubt then."""
    store = loaded.ledger.store(identity_of(plan), rehearsal=not plan.reaches_people, write=sending)
    stack.callback(store.close)
    if use is not None:
        use.check(plan, store)
    if sending:
        store.recover()
    return store


def _known(loaded: Loaded, plan: Plan, store: Store, earlier: tuple[Store, ...]) -> Known:
    """Return what knows who was written to, under the campaign's former names too, and who was forgotten since."""
    known: Known = Continued(store, earlier) if earlier else store
    return known if plan.key else loaded.ledger.remembering(known)


def _gathered(gather: Gather, campaign: Campaign, audience: Audience, left_out: LeftOut | None) -> Tally:
    try:
        return gather(audience, left_out)
    except SourceError as error:
        raise _unreadable(campaign, error) from error


def _remarks(
    loaded: Loaded, campaign: Campaign, plan: Plan, former: Former, audience: Audience, tally: Tally, *, sending: bool
) -> Iterator[Diagnostic]:
    """Yield what is to be said about the campaign now that its people are known."""
    names = [each.name for each in loaded.compiled.campaigns]
    found = [former.renamed(campaign, names, audience.keys())]
    if plan.reaches_people and not sending:
        found += [without_unsubscribe(campaign, tally.to_send), _elsewhere(loaded, campaign, plan, former)]
    yield from filter(None, found)


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

"""The verbs: plan and apply."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from mailgrid.errors import Refused
from mailgrid.language import parser
from mailgrid.language.campaign import Campaign
from mailgrid.library.engine import Engine
from mailgrid.library.loading import Loaded, load
from mailgrid.library.order import Order, order
from mailgrid.library.planned import Planned, saved_plan
from mailgrid.library.prepared import Prepared
from mailgrid.library.preparing import prepare
from mailgrid.library.sender import Sender
from mailgrid.library.settings import Settings
from mailgrid.library.waiting import refuse_untimely, timely
from mailgrid.library.watcher import Watcher
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.forecast import Forecast
from mailgrid.pipeline.gather import Again
from mailgrid.pipeline.preflight import preflight
from mailgrid.pipeline.running import Running
from mailgrid.planning.limits import read_rate
from mailgrid.planning.plan import Plan
from mailgrid.report import Report

__all__ = ["apply", "plan"]


def plan(
    path: str | Path,
    *campaigns: str,
    every: bool = False,
    render: bool = True,
    take: int | None = None,
    settings: Settings | None = None,
) -> Planned:
    """Find out what `apply` would do; nothing is sent. The plan can be saved, and applied later.

    Nothing is written, unless `settle_from` in `mailgrid.toml` names a log that knows of somebody in doubt.

    Args:
        path: the campaign file.
        campaigns: their names; none for the file's only one.
        every: all campaigns of the file.
        render: whether to try the messages too.
        take: at most so many people of each campaign, the next ones.
        settings: what is set from outside.
    """
    settings = settings or Settings()
    loaded = load(path, settings)
    with ExitStack() as stack:
        chosen = loaded.choose(campaigns, every=every)
        if every:
            chosen = timely(chosen, loaded.world.project, loaded.world.now.timestamp(), lambda _name, _start: None)
        prepared = [stack.enter_context(prepare(loaded, each, sending=False, take=take)) for each in chosen]
        saved = saved_plan(loaded, prepared, settings, take=take)
        return Planned([one.forecast(render=render) for one in prepared], saved)


def apply(
    path_or_plan: str | Path | Planned,
    *campaigns: str,
    every: bool = False,
    maximum: int | None = None,
    take: int | None = None,
    rate: str = "",
    wait: bool = True,
    strict: bool = False,
    again: Again | None = None,
    new_ledger: bool = False,
    events: Callable[[str, Event], None] | None = None,
    watcher: Watcher | None = None,
    settings: Settings | None = None,
    engine: Engine | None = None,
) -> Report:
    """Send to everybody who matches and was not written to yet, and return how it ended.

    Args:
        path_or_plan: the campaign file; or a saved plan's file, or what `plan` gave: nobody else is written to then.
        campaigns: their names; none for the file's only one, or for all of a plan.
        every: all campaigns of the file.
        maximum: refuse when there are more messages than this.
        take: at most so many people of each campaign, the next ones.
        rate: like `10/s`, in place of the campaigns' own, burst included; empty for theirs.
        wait: whether to wait for those whom the server deferred.
        strict: refuse when people came or went since the plan was made.
        again: whom to write to again.
        new_ledger: start over where the ledger that `mailgrid.lock` names is not here.
        events: is called with a campaign's name and each outcome once it is durable, on another thread.
        watcher: sees and decides.
        settings: what is set from outside.
        engine: lets other hosts send; None: this process sends.

    Raises:
        MailgridError: whatever stands in the way before the first message; nothing was sent.
    """
    watcher = watcher or Watcher()
    pace = read_rate(rate) if rate else None
    wanted = order(path_or_plan, campaigns, every=every, settings=settings)
    parser.forget()  # sending takes hours, and nothing is parsed any more
    chosen = wanted.campaigns
    if every:
        chosen = timely(chosen, wanted.loaded.world.project, time.time(), watcher.left_out)
    sender = Sender(wanted.loaded, watcher, events, wait=wait, engine=engine)
    with ExitStack() as stack:
        going_on = _going_on(engine, wanted.loaded, chosen, stack)
        ready = (
            prepare(
                wanted.loaded,
                campaign if pace is None else replace(campaign, rate=pace, burst=None),
                sending=True,
                again=again,
                take=take,
                use=wanted.use(campaign),
                new_ledger=new_ledger,
                tick=partial(watcher.gathering, campaign.name),
            )
            for campaign in chosen
            if campaign.name not in going_on
        )
        prepared = [stack.enter_context(one) for one in ready]
        if not _agreed(wanted, prepared, watcher, maximum, strict=strict, wait=wait) and not going_on:
            watcher.idle()
        return Report((*(sender.watch(*run) for run in going_on.values()), *map(sender, prepared)))


def _going_on(
    engine: Engine | None, loaded: Loaded, campaigns: Sequence[Campaign], stack: ExitStack
) -> dict[str, tuple[Plan, Running]]:
    """Return the runs that go on already, by campaign; they are watched until `stack` is left."""
    if engine is None:
        return {}
    return {each.name: run for each in campaigns if (run := engine.going_on(loaded, each, stack))}


def _agreed(
    wanted: Order, prepared: Sequence[Prepared], watcher: Watcher, maximum: int | None, *, strict: bool, wait: bool
) -> bool:
    """Show what would be sent, refuse what must not be, and let it be confirmed; return whether there is anything."""
    forecasts = [one.forecast() for one in prepared]
    watcher.planned(forecasts)
    wanted.check(forecasts, strict=strict)
    _refuse_above(maximum, forecasts)
    refuse_untimely(forecasts, time.time(), wait=wait)
    busy = [one for one in prepared if one.tally.to_send]
    for one in busy:
        one.down = preflight(one.plan, one.audience)
    if busy:
        watcher.confirm(forecasts)
    return bool(busy)


def _refuse_above(maximum: int | None, forecasts: Sequence[Forecast]) -> None:
    messages = sum(forecast.tally.to_send for forecast in forecasts)
    if maximum is not None and messages > maximum:
        raise Refused(
            f"{messages:,} messages are more than --max {maximum:,}",
            hint=f"if that is right, give --max {messages} or more",
            code="MG618",
        )

"""Plans made by hand, over a list of people, and a whole run of one."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailgrid import hookspecs
from mailgrid.hookspecs import Column, Row, Test
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.store import Entry, Identity, Store
from mailgrid.message.render import Renderer, Spec, Words
from mailgrid.pipeline.audience import Audience
from mailgrid.pipeline.clock import Clock
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.executor import Executor
from mailgrid.pipeline.gather import Again, Gather
from mailgrid.pipeline.observers import Observers
from mailgrid.pipeline.shares import Shares
from mailgrid.pipeline.tally import Tally
from mailgrid.pipeline.throttles import Limit
from mailgrid.planning.carrier import Carrier
from mailgrid.planning.plan import Plan, Problems, RetryRule
from mailgrid.report import CampaignReport
from tests.pipeline.far_side import FarSide

NOW = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
COLUMNS = ("email", "name")


class ListSource:
    """Rows as (email, name), from line 2 on; an exception among them is raised at its place."""

    complete = True
    columns = tuple(Column(name=name) for name in COLUMNS)

    def __init__(self, rows: Sequence[Sequence[Any] | Exception]) -> None:
        self._rows = rows
        self.closed = False

    def rows(self, wanted: Sequence[str], tests: Sequence[Test] = ()) -> Iterator[Row]:
        places = [COLUMNS.index(name) for name in wanted]
        for line, row in enumerate(self._rows, 2):
            if isinstance(row, Exception):
                raise row
            yield line, [row[place] for place in places]

    def close(self) -> None:
        self.closed = True


class NobodyWatches:
    """Hooks that no plugin has."""

    def __getattr__(self, name: str) -> "NobodyWatches":
        assert hasattr(hookspecs, name)
        return self

    def get_hookimpls(self) -> list[object]:
        return []


def crowd(count: int) -> list[tuple[str, str]]:
    return [(f"p{number}@example.org", f"P{number}") for number in range(count)]


def renderer(text: str = "Hello {{ name }}", **more: Any) -> Renderer:
    words = {name: Words(value, name) for name, value in more.items() if isinstance(value, str)}
    others = {name: value for name, value in more.items() if name not in words}
    texts = {"sender": "news@example.com", "to": "{{ email }}", "subject": "News for {{ name }}", "text": text}
    spec: dict[str, Any] = {
        **{name: Words(value, name) for name, value in texts.items()},
        "campaign": "welcome",
        "clock": lambda: NOW,
        "template_now": NOW,
        **words,
        **others,
    }
    return Renderer(Spec(**spec))


def plan_of(rows: Sequence[Sequence[Any] | Exception], far_side: FarSide | None = None, **settings: Any) -> Plan:
    """`shared` is the rate, and `shared_quota` the quota, of the far side; `others` are carriers that stand in."""
    transport = settings.pop("transport", None) or far_side or FarSide()
    rate, quota, others = settings.pop("shared", None), settings.pop("shared_quota", None), settings.pop("others", ())
    values: dict[str, Any] = {
        "name": "welcome",
        "edition": "",
        "title": "",
        "file": "welcome.mailgrid",
        "path": "welcome.mailgrid",
        "root": Path(),
        "now": NOW,
        "zone": UTC,
        "source": ListSource(rows),
        "source_title": "users.csv",
        "columns": COLUMNS,
        "wanted": COLUMNS,
        "kept": COLUMNS,
        "key": None,
        "match": None,
        "test": None,
        "renderer": settings.pop("renderer", None) or renderer(),
        "carriers": (Carrier(transport=transport, rate=rate, quota=quota), *others),
        "reaches_people": True,
        "rate": None,
        "rate_title": "",
        "burst": 1,
        "workers": 2,
        "cost": 1,
        "retry": RetryRule(),
        "stop": None,
        "take": None,
        "select": None,
        "problems": Problems(),
        **settings,
    }
    return Plan(**values)


def identity_of(plan: Plan) -> Identity:
    return Identity(plan.name, plan.edition, plan.key or "address", plan.path)


def ledger(folder: Path, plan: Plan, *, write: bool = True) -> Store:
    return Folder(folder / ".mailgrid", folder).store(identity_of(plan), rehearsal=False, write=write)


def entries(folder: Path, plan: Plan) -> dict[str, Entry]:
    with closing(ledger(folder, plan, write=False)) as store:
        return {entry.key: entry for entry in store.entries()}


def states(folder: Path, plan: Plan) -> dict[str, str]:
    return {key: entry.state.value for key, entry in entries(folder, plan).items()}


def gathered(folder: Path, plan: Plan, **settings: Any) -> Tally:
    with closing(ledger(folder, plan)) as store, closing(Audience(plan.name)) as audience:
        return Gather(plan, store, **settings)(audience)


def send(
    folder: Path,
    plan: Plan,
    *,
    clock: Clock | None = None,
    again: Again | None = None,
    take: int | None = None,
    wait: bool = True,
    events: Callable[[Event], None] | None = None,
    tick: Callable[[Executor], None] = lambda _executor: None,
    limits: Sequence[Limit] = (),
    shares: Sequence[Shares] = (),
    down: Sequence[str] = (),
    wrap: Callable[[Store], Store] = lambda store: store,
) -> CampaignReport:
    """Gather and send, as `apply` does; the ledger may be wrapped into one that fails."""
    with closing(ledger(folder, plan)) as store, closing(Audience(plan.name)) as audience:
        store.recover()
        tally = Gather(plan, store, again=again or Again(), take=take, clock=clock)(audience)
        observers = Observers(NobodyWatches())
        executor = Executor(
            plan,
            tally,
            audience,
            wrap(store),
            observers=observers,
            events=events,
            wait=wait,
            limits=limits,
            shares=shares,
            down=down,
            clock=clock,
        )
        report = executor.run(tick, interval=0.01)
        assert report.not_tried >= 0
        return report

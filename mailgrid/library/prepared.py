"""Prepared: a campaign bound to the world, its ledger open and its audience gathered."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from mailgrid.ledger.control import Wish
from mailgrid.ledger.store import Store
from mailgrid.library.use import Use
from mailgrid.pipeline.audience import Audience
from mailgrid.pipeline.forecast import Forecast
from mailgrid.pipeline.gate import Gate
from mailgrid.pipeline.left_out import LeftOut
from mailgrid.pipeline.tally import Tally
from mailgrid.pipeline.trial import try_rendering
from mailgrid.planning.plan import Plan

__all__ = ["Prepared"]


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

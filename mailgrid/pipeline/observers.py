"""Observers: tells plugins what happens, on a thread of their own, so that none of them can slow a run down."""

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mailgrid.errors import MailgridError
from mailgrid.hookspecs import CampaignInfo, Counts, Fate, Patient, ReadsFates
from mailgrid.pipeline.event import Event
from mailgrid.planning.plan import NamedObserver

__all__ = ["Observers"]

_log = logging.getLogger("mailgrid.observers")
_HOOKS = ("campaign_started", "outcome_recorded", "campaign_finished")
#: So many calls may wait; what comes while the queue is full is left out, and counted.
_ROOM = 10_000


class _Named:
    """A call of an observer that a file names, as pluggy gives those of a plugin."""

    argnames = True

    def __init__(self, named: NamedObserver, hook: str) -> None:
        self.function = getattr(named.observer, hook)
        self.plugin_name = named.name


class Observers:
    """Calls the hooks `campaign_started`, `outcome_recorded` and `campaign_finished`, and observers that a file names.

    Args:
        hooks: the registry's hooks.
        named: those that the campaign's file names.
        fates: goes through what has become of each row; called once for each of those that read them.
        patience: how long to wait at the end for observers that are still busy, in seconds; longer for those that
            are Patient, and for those that still read fates.
    """

    def __init__(
        self,
        hooks: Any,  # noqa: ANN401  # pluggy's relay is not typed
        named: Sequence[NamedObserver] = (),
        fates: Callable[[], Iterator[Fate]] = lambda: iter(()),
        *,
        patience: float = 10.0,
    ) -> None:
        self._calls = {
            hook: [*getattr(hooks, hook).get_hookimpls(), *(_Named(each, hook) for each in named)] for hook in _HOOKS
        }
        self._calls["rows_settled"] = [
            _Named(each, "rows_settled") for each in named if isinstance(each.observer, ReadsFates)
        ]
        self._fates = fates
        self._read = 0
        self._patience = patience + sum(each.observer.patience for each in named if isinstance(each.observer, Patient))
        self._queue: queue.Queue[tuple[str, dict[str, object]] | None] = queue.Queue(_ROOM)
        self._lost = 0
        self._left = False
        self._named: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="observers", daemon=True)
        self._watched = any(self._calls.values())
        if self._watched:
            self._thread.start()

    @property
    def watch_outcomes(self) -> bool:
        """Whether anybody wants to know what becomes of each message."""
        return bool(self._calls["outcome_recorded"])

    def started(self, campaign: CampaignInfo) -> None:
        """Tell that a campaign begins to send."""
        self._put("campaign_started", "campaign", campaign)

    def __call__(self, event: Event) -> None:
        """Tell what became of a message."""
        if event.outcome is not None:
            self._put("outcome_recorded", "outcome", event.outcome)

    def finished(self, counts: Counts) -> None:
        """Tell how a campaign ended, and what has become of each row."""
        self._put("rows_settled", "fates", None, self._patience)
        self._put("campaign_finished", "counts", counts, self._patience)

    def close(self) -> None:
        """Let the observers finish; one that takes too long is left behind, and named."""
        if not self._watched:
            return
        try:
            self._queue.put(None, timeout=self._patience)
            self._join()
        except queue.Full:
            pass
        self._left = self._thread.is_alive()
        if self._left:
            _log.warning("an observer was still busy after %g s and was left behind", self._patience)
        if self._lost:
            _log.warning("observers were too slow: they were not told of %d outcomes", self._lost)

    def _join(self) -> None:
        """Wait until all is done, or nothing has happened for as long as we are patient."""
        read = -1
        while self._thread.is_alive() and read != self._read:
            read = self._read
            self._thread.join(self._patience)

    def _put(self, hook: str, argument: str, value: object, patience: float = 0.0) -> None:
        if not self._calls[hook]:
            return
        try:
            self._queue.put((hook, {argument: value}), patience > 0, patience)
        except queue.Full:
            self._lost += 1

    def _run(self) -> None:
        while not self._left and (call := self._queue.get()) is not None:
            hook, arguments = call
            for implementation in self._calls[hook]:
                if hook == "rows_settled":
                    arguments = {"fates": self._counted()}
                try:
                    implementation.function(**(arguments if implementation.argnames else {}))
                except Exception as error:
                    self._name(implementation.plugin_name, error)

    def _counted(self) -> Iterator[Fate]:
        """Go through the fates, and note that somebody still reads."""
        for fate in self._fates():
            self._read += 1
            yield fate

    def _name(self, plugin: str, error: Exception) -> None:
        """Name an observer that raises, once."""
        if plugin not in self._named:
            self._named.add(plugin)
            told = f": {error.message}" if isinstance(error, MailgridError) else f" raised {type(error).__name__}"
            _log.warning("the observer `%s`%s", plugin, told)

"""The hooks: functions that a plugin may have, marked with `@hookimpl`."""

from collections.abc import Callable, Iterable

import pluggy

from mailgrid.hookspecs.kinds import FunctionKind, ObserverKind, SourceKind, TransportKind
from mailgrid.hookspecs.message import Outcome, Recipient, Skip
from mailgrid.hookspecs.observer import CampaignInfo, Counts

__all__ = [
    "campaign_finished",
    "campaign_started",
    "hook_names",
    "hookimpl",
    "hookspec",
    "outcome_recorded",
    "recipient_selected",
    "register_commands",
    "register_functions",
    "register_observers",
    "register_sources",
    "register_transports",
]

hookspec = pluggy.HookspecMarker("mailgrid")
hookimpl = pluggy.HookimplMarker("mailgrid")


@hookspec
def register_sources(register: Callable[[SourceKind], None]) -> None:
    """Call `register` with each kind of source. Called once, before any file is read."""


@hookspec
def register_transports(register: Callable[[TransportKind], None]) -> None:
    """Call `register` with each kind of transport. Called once, before any file is read."""


@hookspec
def register_functions(register: Callable[[FunctionKind], None]) -> None:
    """Call `register` with each function for `where` and templates. Called once, before any file is read."""


@hookspec
def register_observers(register: Callable[[ObserverKind], None]) -> None:
    """Call `register` with each kind of observer. Called once, before any file is read."""


@hookspec
def register_commands(group: object) -> None:
    """Add commands to the command line. Called once, by `mailgrid` only; `group` is its click group."""


@hookspec
def recipient_selected(recipient: Recipient) -> Recipient | Skip | None:
    """Change or skip a person who matched. Called once for each, while gathering; None leaves it as it is."""


@hookspec
def campaign_started(campaign: CampaignInfo) -> None:
    """A campaign begins to send. Called on the observers' thread."""


@hookspec
def outcome_recorded(outcome: Outcome) -> None:
    """An outcome is durable. Called on the observers' thread, in the order in which they were recorded."""


@hookspec
def campaign_finished(counts: Counts) -> None:
    """A campaign has ended, however it ended. Called on the observers' thread, last."""


def hook_names() -> Iterable[str]:
    """The names of all hooks, in the order of this file."""
    return [name for name, value in globals().items() if hasattr(value, "mailgrid_spec")]

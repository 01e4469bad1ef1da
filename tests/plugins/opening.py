"""Open kinds as the host does: registered by the hook, options complete with their defaults."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from mailgrid.hookspecs import Context, ObserverKind, Problem, SourceKind, TransportKind


def kind_of(module: str) -> Any:
    kinds: list[SourceKind | TransportKind | ObserverKind] = []
    plugin = import_module(f"mailgrid_plugins.{module}")
    hooks = ("register_sources", "register_transports", "register_observers")
    next(getattr(plugin, hook) for hook in hooks if hasattr(plugin, hook))(kinds.append)
    (kind,) = kinds
    return kind


def open_kind(
    module: str,
    location: str | None = None,
    *,
    root: Path = Path(),
    report: Callable[[Problem], None] = lambda problem: None,
    allow_hosts: tuple[str, ...] = (),
    **options: Any,
) -> Any:
    kind = kind_of(module)
    context = Context(
        folder=root,
        root=root,
        now=datetime(2026, 5, 1, tzinfo=UTC),
        zone=UTC,
        resolve=lambda path: root / path,
        report=report,
        allow_hosts=allow_hosts,
    )
    complete = {option.name: option.default for option in kind.options} | options
    unknown = options.keys() - {option.name for option in kind.options}
    assert not unknown
    opener = kind.open
    if isinstance(opener, str):
        name, _, function = opener.partition(":")
        opener = getattr(import_module(name), function)
    return opener(location, complete, context)

"""Registry: which sources, transports and functions there are. Built-in plugins enter by the strangers' door.

A plugin is an entry point of the group `mailgrid`. Those of the distribution `mailgrid` are always loaded; others
only when their distribution is named in `mailgrid.toml` or by `--plugin`, so that an installed package alone can
neither slow a run down nor take part in it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from types import MappingProxyType
from typing import Any, TypeVar

import pluggy

from mailgrid import hookspecs
from mailgrid.errors import MailgridError, UsageError
from mailgrid.hookspecs import (
    Context,
    FunctionKind,
    Observer,
    ObserverKind,
    Recipient,
    Skip,
    Source,
    SourceKind,
    Transport,
    TransportKind,
)
from mailgrid.value import value

__all__ = ["BUILT_IN", "GROUP", "Plugin", "Registry", "load", "others"]

GROUP = "mailgrid"
BUILT_IN = "mailgrid"

_Kind = TypeVar("_Kind", SourceKind, TransportKind, FunctionKind, ObserverKind)


@value
class Plugin:
    """A loaded plugin: its entry point's name and the distribution that it comes from."""

    name: str
    distribution: str
    version: str

    @property
    def full_name(self) -> str:
        """The name under which its hooks are known."""
        return f"{self.distribution}:{self.name}"


@value
class Registry:
    """What the loaded plugins registered, by name, and the hooks themselves."""

    hooks: Any
    plugins: tuple[Plugin, ...] = ()
    sources: Mapping[str, SourceKind] = field(default_factory=dict)
    transports: Mapping[str, TransportKind] = field(default_factory=dict)
    functions: Mapping[str, FunctionKind] = field(default_factory=dict)
    observers: Mapping[str, ObserverKind] = field(default_factory=dict)
    owners: Mapping[tuple[type, str], str] = field(default_factory=dict)

    def owner(self, kind: SourceKind | TransportKind | FunctionKind | ObserverKind) -> Plugin:
        """Return the plugin that registered a kind."""
        name = self.owners[type(kind), kind.name]
        return next(plugin for plugin in self.plugins if plugin.full_name == name)

    def open_source(self, driver: str, location: str | None, options: Mapping[str, Any], context: Context) -> Source:
        """Open a source; `options` complete, as its kind declares them."""
        kind = self.sources[driver]
        source: Source = _resolved(kind.open, kind.name)(location, options, context)
        return source

    def open_transport(
        self, driver: str, location: str | None, options: Mapping[str, Any], context: Context
    ) -> Transport:
        """Make a transport; it does not connect yet."""
        kind = self.transports[driver]
        transport: Transport = _resolved(kind.open, kind.name)(location, options, context)
        return transport

    def open_observer(
        self, driver: str, location: str | None, options: Mapping[str, Any], context: Context
    ) -> Observer:
        """Make an observer; it is told nothing yet."""
        kind = self.observers[driver]
        observer: Observer = _resolved(kind.open, kind.name)(location, options, context)
        return observer

    def function(self, name: str) -> Callable[..., object]:
        """Return a function for `where` and templates."""
        kind = self.functions[name]
        return _resolved(kind.call, kind.name)

    def select(self, recipient: Recipient) -> Recipient | Skip:
        """Let each plugin in turn, in the order in which they were loaded, change or skip a person who matched."""
        for plugin in self.hooks.recipient_selected.get_hookimpls():
            answer = plugin.function(**({"recipient": recipient} if plugin.argnames else {}))
            if isinstance(answer, Skip):
                return answer
            recipient = recipient if answer is None else answer
        return recipient

    def add_commands(self, group: object) -> None:
        """Let the plugins add their commands to a click group.

        Raises:
            UsageError: one of them failed.
        """
        _call_each(self.hooks.register_commands, group)

    def implements(self, hook: str) -> bool:
        """Tell whether any plugin has this hook; where none has, it need not be called."""
        return bool(getattr(self.hooks, hook).get_hookimpls())


def load(names: Iterable[str] = ()) -> Registry:
    """Load the built-in plugins and those of the named distributions.

    Raises:
        UsageError: a distribution is not installed or has no plugin, or one cannot be imported, or is not right.
    """
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    plugins: list[Plugin] = []
    distributions = {found.name: found for found in map(_distribution, (BUILT_IN, *names))}
    for found in distributions.values():
        plugins.extend(_load_distribution(manager, found))
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise UsageError(f"a plugin has a hook that does not exist: {error}", code="MG611") from error
    owners: dict[tuple[type, str], str] = {}
    return Registry(
        hooks=manager.hook,
        plugins=tuple(plugins),
        sources=_collected(manager.hook.register_sources, owners),
        transports=_collected(manager.hook.register_transports, owners),
        functions=_collected(manager.hook.register_functions, owners),
        observers=_collected(manager.hook.register_observers, owners),
        owners=owners,
    )


def others(known: Iterable[Plugin]) -> list[Plugin]:
    """Return the plugins that are installed and were not loaded, without importing them."""
    loaded = {plugin.distribution for plugin in known}
    found = {each.name: each for each in distributions() if each.name not in loaded}
    return [
        Plugin(entry.name, name, each.version)
        for name, each in sorted(found.items())
        for entry in each.entry_points.select(group=GROUP)
    ]


def _load_distribution(manager: pluggy.PluginManager, found: Distribution) -> list[Plugin]:
    entries = found.entry_points.select(group=GROUP)
    metadata = found.metadata  # read from a file each time
    name, version = metadata["Name"], metadata["Version"]
    if not entries:
        raise UsageError(f"`{name}` has no plugin for Mailgrid", code="MG610")
    plugins = []
    for entry in entries:
        try:
            manager.register(entry.load(), name=f"{name}:{entry.name}")
        except Exception as error:  # whatever a stranger's module does when imported
            raise UsageError(
                f"the plugin `{entry.name}` of `{name}` cannot be loaded: {type(error).__name__}: {error}",
                hint=f"put it right, or take `{name}` out of `plugins` in mailgrid.toml",
                code="MG611",
            ) from error
        plugins.append(Plugin(entry.name, name, version))
    return plugins


def _distribution(name: str) -> Distribution:
    try:
        return distribution(name)
    except (PackageNotFoundError, ValueError):  # ValueError: an empty name
        known = [found.name for found in distributions() if found.entry_points.select(group=GROUP)]
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"install it, for instance: pip install {name}"
        raise UsageError(f"no plugin `{name}` is installed", hint=hint, code="MG610") from None


def _collected(hook: pluggy.HookCaller, owners: dict[tuple[type, str], str]) -> Mapping[str, _Kind]:
    """Call a `register_...` hook and return what was registered by name; a name belongs to one plugin, its owner."""
    kinds: dict[str, _Kind] = {}

    def register(plugin: str, kind: _Kind) -> None:
        if kind.name in kinds:
            raise UsageError(f"two plugins register `{kind.name}`", hint="load only one of them", code="MG611")
        kinds[kind.name] = kind
        owners[type(kind), kind.name] = plugin

    for each in hook.get_hookimpls():
        _call(hook.name, each, partial(register, each.plugin_name))
    return MappingProxyType(kinds)


def _call_each(hook: pluggy.HookCaller, argument: object) -> None:
    """Call a `register_...` hook of each plugin; one that fails is named."""
    for plugin in hook.get_hookimpls():
        _call(hook.name, plugin, argument)


def _call(hook: str, plugin: pluggy.HookImpl, argument: object) -> None:
    try:
        plugin.function(argument)
    except MailgridError:
        raise
    except Exception as error:  # whatever a stranger's function does
        what = f"`{hook}` of the plugin `{plugin.plugin_name}` failed: {type(error).__name__}: {error}"
        raise UsageError(what, code="MG611") from error


def _resolved(opener: str | Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return the function, imported when it is given as "module:function"."""
    if not isinstance(opener, str):
        return opener
    module, _, function = opener.partition(":")
    try:
        found: Callable[..., Any] = getattr(import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise MailgridError(f"`{name}` cannot be loaded: {error}", code="MG611") from error
    return found

"""Kinds: what plugins offer. The checker gets them as an argument, so it needs no plugin to be loaded."""

from collections.abc import Mapping
from dataclasses import field

from mailgrid.hookspecs import FunctionKind, ObserverKind, OptionType, SourceKind, TransportKind
from mailgrid.value import value

__all__ = ["Kinds"]


@value
class Kinds:
    """The sources, transports, functions and observers that a campaign file may name, by name."""

    sources: Mapping[str, SourceKind] = field(default_factory=dict)
    transports: Mapping[str, TransportKind] = field(default_factory=dict)
    functions: Mapping[str, FunctionKind] = field(default_factory=dict)
    observers: Mapping[str, ObserverKind] = field(default_factory=dict)

    @property
    def secret_options(self) -> frozenset[str]:
        """The names of all options that hold secrets."""
        kinds: tuple[SourceKind | TransportKind | ObserverKind, ...]
        kinds = (*self.sources.values(), *self.transports.values(), *self.observers.values())
        return frozenset(each.name for kind in kinds for each in kind.options if each.type is OptionType.SECRET)

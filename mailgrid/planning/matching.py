"""Matching: compiles the conditions of a campaign, over its own source or another one."""

from collections.abc import Callable, Mapping
from datetime import tzinfo

from mailgrid.hookspecs import Source
from mailgrid.language.ast import Expr
from mailgrid.language.campaign import Campaign
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.expressions import Match, Scope, compile_where
from mailgrid.planning.condition import keys_of, read_lines
from mailgrid.planning.files import Files
from mailgrid.planning.lets import Value
from mailgrid.planning.world import World

__all__ = ["Matching"]


class Matching:
    """Compiles conditions of one campaign.

    Args:
        campaign: the campaign.
        world: the time, the environment and the plugins' functions.
        zone: in which its dates are meant.
        lets: the values of its `let`s.
        functions: those of plugins, by name.
        files: reads its lists of lines.
        open_named: opens a source by the name that it was declared with; None when there is no such source.
        diagnostics: takes what is wrong.
    """

    def __init__(
        self,
        campaign: Campaign,
        world: World,
        *,
        zone: tzinfo,
        lets: Mapping[str, Value],
        functions: Mapping[str, Callable[..., object]],
        files: Files,
        open_named: Callable[[str], Source | None],
        diagnostics: Diagnostics,
    ) -> None:
        self._campaign = campaign
        self._world = world
        self._zone = zone
        self._lets = lets
        self._functions = functions
        self._files = files
        self._open_named = open_named
        self._diagnostics = diagnostics

    def __call__(self, condition: Expr, source: Source, title: str) -> Match | None:
        """Compile a condition over a source, which messages call by its title; None where it makes no sense."""
        compiled = compile_where(condition, self._scope(source, title))
        self._diagnostics.extend(compiled.diagnostics)
        return compiled.match

    def _scope(self, source: Source, title: str) -> Scope:
        world = self._world
        return Scope(
            columns=source.columns,
            complete=source.complete,
            source=title,
            now=world.now,
            zone=self._zone,
            lets=self._lets,
            segments=self._campaign.segments,
            functions=self._functions,
            results={name: kind.result for name, kind in world.registry.functions.items() if kind.result},
            dates=getattr(source, "dates", ""),
            decimal=getattr(source, "decimal", "."),
            keys_of=keys_of(self._open_named),
            read_lines=read_lines(self._files, self._campaign.folder),
            environment=world.environment,
        )

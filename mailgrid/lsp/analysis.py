"""Analysis: what one text of a file says, and the world it is meant in. All that an editor asks is answered by it."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from mailgrid.errors import UsageError
from mailgrid.language.compiler import Compiled
from mailgrid.language.diagnostics import Diagnostic
from mailgrid.language.edits import harmless
from mailgrid.language.imports import Module
from mailgrid.language.kinds import Kinds
from mailgrid.library.checking import check_data
from mailgrid.library.loading import compiled_in, world_of
from mailgrid.library.settings import Settings
from mailgrid.lsp.documents import Document
from mailgrid.planning.binding import World
from mailgrid.plugins import Registry, load
from mailgrid.project import FILE, Project
from mailgrid.value import value

__all__ = ["Analysis", "analyse"]


@value
class Analysis:
    """What became of an open file's text.

    Args:
        document: the file as it was then.
        world: its project and plugins; the built-in ones alone where `fault` says that there is more.
        settings: what is set from outside of the file.
        compiled: the language's answer.
        mistakes: what the file itself says wrongly.
        fault: what is wrong with `mailgrid.toml` or a plugin.
    """

    document: Document
    world: World
    settings: Settings
    compiled: Compiled
    mistakes: tuple[Diagnostic, ...]
    fault: UsageError | None = None

    @property
    def module(self) -> Module:
        """The file's tree, and those of its imports."""
        return self.compiled.module

    @property
    def kinds(self) -> Kinds:
        """The drivers and functions that the file may name."""
        registry = self.world.registry
        return Kinds(registry.sources, registry.transports, registry.functions, registry.observers)

    def of_data(self, is_wanted: Callable[[], bool]) -> tuple[Diagnostic, ...]:
        """Return what is wrong in its sources' headers and its templates too; `is_wanted` as in `check_data`.

        Campaigns whose sources reach outside are left out: no program is run, and nobody asked, at each keystroke.
        """
        kinds = self.world.registry.sources
        still = tuple(
            each
            for each in self.compiled.campaigns
            if not any(kinds[driver.driver].trust for driver in (each.source, *each.sources.values()))
        )
        return check_data(replace(self.compiled, campaigns=still), self.world, self.settings, is_wanted)


def analyse(document: Document, settings: Settings, unsaved: Mapping[Path, str]) -> Analysis:
    """Compile an open file; nothing but campaign files and `mailgrid.toml` is read."""
    fault = None
    try:
        world = world_of(document.path, settings)
    except UsageError as error:
        fault, world = error, _bare_world(document.path)
    compiled = compiled_in(world, document.path, settings, unsaved)
    return Analysis(document, world, settings, compiled, tuple(harmless(compiled.diagnostics)), fault)


def _bare_world(path: Path) -> World:
    """Return a world without what `mailgrid.toml` says, so that a mistake there does not hide those of the file."""
    folder = path.resolve().parent
    root = next((each for each in (folder, *folder.parents) if (each / FILE).is_file()), folder)
    return World(_built_in(), Project(root=root), os.environ, datetime.now(UTC).replace(microsecond=0))


@lru_cache(maxsize=1)
def _built_in() -> Registry:
    return load()

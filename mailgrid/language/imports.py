"""Imports: the file that was asked for, and all those that it brings in, each parsed once."""

import os
from collections.abc import Callable, Iterator
from dataclasses import field
from pathlib import Path

from mailgrid.language.ast import File, Import
from mailgrid.language.builder import MAX_DEPTH
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.suggest import nearest
from mailgrid.language.text import Span, Text
from mailgrid.value import value

__all__ = ["Importer", "Module"]

Parse = Callable[[Text, Diagnostics], File]
Read = Callable[[Path, str], Text | None]


@value
class Module:
    """One parsed file, and those that it imports, in the order in which it names them."""

    text: Text
    file: File
    imports: "tuple[Module, ...]" = field(default=(), repr=False)

    def walk(self) -> "Iterator[Module]":
        """Yield every module below this one, then itself, each once."""
        yield from _walk(self, set())


def _walk(module: Module, seen: set[int]) -> Iterator[Module]:
    if id(module) in seen:
        return
    seen.add(id(module))
    for imported in module.imports:
        yield from _walk(imported, seen)
    yield module


class Importer:
    """Reads modules.

    Args:
        root: the project's folder; no import may lead out of it.
        parse: makes a tree of a text and reports what is wrong with it.
        read: makes a text of a file, by its path and what messages call it; None, and a diagnostic, where it cannot.
        diagnostics: where mistakes are reported.
    """

    def __init__(self, root: Path, parse: Parse, read: Read, diagnostics: Diagnostics) -> None:
        self._root = root.resolve()
        self._parse = parse
        self._read = read
        self._diagnostics = diagnostics
        self._done: dict[Path, Module] = {}
        self._open: list[tuple[Path | None, str, int]] = []  # file, its name, line of the import that is being read

    def __call__(self, text: Text) -> Module:
        """Parse a text and everything that it imports."""
        path = text.path.resolve() if text.path else None
        file = self._parse(text, self._diagnostics)
        imports = []
        for item in file.items:
            if isinstance(item, Import):
                self._open.append((path, text.name, item.span.line))
                imports.append(self._follow(item))
                self._open.pop()
        module = Module(text, file, tuple(filter(None, imports)))
        if path:
            self._done[path] = module
        return module

    def _follow(self, statement: Import) -> Module | None:
        """Return the module that an import means; None, and a diagnostic, where there is none."""
        written = str(statement.path.value)
        path = self.find(statement.path.span, written)
        if path is None:
            return None
        names = [name for opened, name, _ in self._open if opened == path]
        if names:
            self._report_circle(path, names[0], statement)
            return None
        if len(self._open) > MAX_DEPTH:
            self._diagnostics.add("MG118", statement.span)
            return None
        if path in self._done:
            return self._done[path]
        imported = self.read(path, statement.path.span, written)
        return self(imported) if imported else None

    def read(self, path: Path, span: Span, written: str) -> Text | None:
        """Read a file that was found, and is written at `span`; None, and a diagnostic, where it cannot be read."""
        return self._read(path, os.path.normpath(Path(span.text.name).parent / written))

    def find(self, span: Span, written: str) -> Path | None:
        """Return the file, with links followed, that a text means at `span`; None, and a diagnostic, without one."""
        folder = span.text.path.parent if span.text.path else self._root
        try:
            path = (folder / written).resolve()
            inside = path.is_relative_to(self._root)
            exists = inside and path.is_file()
        except (OSError, ValueError, RuntimeError):
            inside, exists, path = True, False, folder
        if not inside:
            self._diagnostics.add("MG223", span, found=written)
        elif not exists:
            self._diagnostics.add("MG222", span, found=written, suggestion=_similar(path, written))
        return path if exists else None

    def _report_circle(self, path: Path, name: str, statement: Import) -> None:
        start = next(index for index, (opened, _, _) in enumerate(self._open) if opened == path)
        steps = [f"{file}:{line}" for _, file, line in self._open[start:]]
        self._diagnostics.add("MG207", statement.span, circle=" -> ".join([*steps, name]))


def _similar(path: Path, written: str) -> str:
    """Suggest the file in the same folder whose name is nearest."""
    folder = path.parent
    names = [entry.name for entry in folder.iterdir() if entry.is_file()] if folder.is_dir() else []
    meant = nearest(path.name, names)
    return f"did you mean `{Path(written).with_name(meant).as_posix()}`?" if meant else ""

"""The compiler: the front door of the language. A file goes in, campaigns and everything that is wrong come out."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from mailgrid.language.ast import Expr, File, Literal
from mailgrid.language.campaign import Campaign
from mailgrid.language.checker import Checker
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.imports import Importer, Module
from mailgrid.language.kinds import Kinds
from mailgrid.language.project_transports import Tables, with_transports
from mailgrid.language.reader import Reader
from mailgrid.language.rule_files import RuleFiles
from mailgrid.language.text import Span, Text
from mailgrid.value import value

__all__ = ["Compiled", "compile_condition", "compile_file", "compile_text"]

_NONE: Mapping[str, str] = MappingProxyType({})
_UNSAVED: Mapping[Path, str] = MappingProxyType({})


@value
class Compiled:
    """What became of a campaign file.

    `campaigns` are the file's own, none where there is an error; `texts` the file, its imports and the rule
    files that they name; `module` the tree of the file, and those of its imports, as they are written.
    """

    campaigns: tuple[Campaign, ...]
    diagnostics: Diagnostics
    texts: tuple[Text, ...]
    module: Module


def compile_file(
    path: Path,
    kinds: Kinds,
    *,
    root: Path,
    name: str = "",
    overrides: Mapping[str, str] = _NONE,
    unsaved: Mapping[Path, str] = _UNSAVED,
    tables: Tables | None = None,
) -> Compiled:
    """Compile a campaign file. It never raises for what it reads; what is wrong is in the diagnostics.

    Args:
        path: the file.
        kinds: the drivers and functions that there are.
        root: the project's folder; imports may not lead out of it.
        name: how messages call the file; the path as given where empty.
        overrides: values in place of those of a `let`, by name, each as it would be written or as a bare text.
        unsaved: texts that are read in place of files, by their resolved paths.
        tables: the transports that `mailgrid.toml` declares.
    """
    diagnostics = Diagnostics()
    name = name or str(path)
    read = Reader(diagnostics, kinds.secret_options, unsaved)
    text = read(path, name)
    if text is None:
        nothing = Text(name, "", path)
        return Compiled((), diagnostics, (), Module(nothing, File(Span(nothing, 0, 0), ())))
    importer = Importer(root, _parse, read, diagnostics)
    module = importer(text)
    if tables and (declared := read(tables.path, tables.name)):
        module = with_transports(module, declared, tables, kinds.transports)
    return _compile(module, kinds, importer, overrides, diagnostics)


def compile_text(text: Text, kinds: Kinds, *, root: Path, overrides: Mapping[str, str] = _NONE) -> Compiled:
    """Compile a text. Its imports are looked for in the folder of its path, else in the root."""
    diagnostics = Diagnostics()
    importer = Importer(root, _parse, Reader(diagnostics, kinds.secret_options, _UNSAVED), diagnostics)
    module = importer(replace(text, secret_options=kinds.secret_options))
    return _compile(module, kinds, importer, overrides, diagnostics)


def compile_condition(text: Text, *, root: Path) -> tuple[Expr | None, Diagnostics]:
    """Read a condition by itself; None where it has a mistake. Its rule files are looked for in the root."""
    from mailgrid.language.parser import parse_condition

    condition, diagnostics = parse_condition(text)
    if condition is not None:
        importer = Importer(root, _parse, Reader(diagnostics, frozenset(), _UNSAVED), diagnostics)
        condition = RuleFiles(importer, diagnostics).condition(condition)
    return (None if diagnostics.errors else condition), diagnostics


def _compile(
    written: Module,
    kinds: Kinds,
    importer: Importer,
    overrides: Mapping[str, str],
    diagnostics: Diagnostics,
) -> Compiled:
    rules = RuleFiles(importer, diagnostics)
    module = rules.module(written)
    values = {name: _override(name, value) for name, value in overrides.items()}
    campaigns = Checker(kinds, values, diagnostics)(module)
    texts = (*[each.text for each in module.walk()][::-1], *rules.texts)
    return Compiled(campaigns, diagnostics, texts, written)


def _parse(text: Text, diagnostics: Diagnostics) -> File:
    # Imported late: lark costs more than reading most files.
    from mailgrid.language.parser import parse

    parsed = parse(text)
    diagnostics.extend(parsed.diagnostics)
    return parsed.file


def _override(name: str, written: str) -> Literal:
    """Read a value from the command line: a literal where it is one, else a text."""
    from mailgrid.language.parser import parse_literal

    text = Text(f"--var {name}", written)
    return parse_literal(text)

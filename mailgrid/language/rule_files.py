"""Rule files: each `rules("file")` in a condition gives way to the condition that the file holds."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mailgrid.language.ast import And, Block, Call, Expr, File, Item, Literal, Not, Or, RuleFile, Statement, Where
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.imports import Importer, Module
from mailgrid.language.json_text import read_json
from mailgrid.language.marked import Malformed, Marked
from mailgrid.language.rules import Rules
from mailgrid.language.text import Span, Text
from mailgrid.language.yaml_text import read_yaml

__all__ = ["MAX_SIZE", "RuleFiles"]

#: The longest rule file that is read, in characters; YAML of this size takes two seconds.
MAX_SIZE = 200_000

_FORMATS: dict[str, tuple[str, Callable[[Text], Marked]]] = {
    ".json": ("JSON", read_json),
    ".yaml": ("YAML", read_yaml),
    ".yml": ("YAML", read_yaml),
}


class RuleFiles:
    """Puts the rule files into the trees of campaign files.

    Args:
        importer: finds and reads files, in the project's root only.
        diagnostics: where mistakes are reported.
    """

    def __init__(self, importer: Importer, diagnostics: Diagnostics) -> None:
        self._importer = importer
        self._diagnostics = diagnostics
        self._rules = Rules(diagnostics)
        self._done: dict[Path, Expr | None] = {}
        self._texts: list[Text] = []

    @property
    def texts(self) -> tuple[Text, ...]:
        """The rule files that were read."""
        return tuple(self._texts)

    def module(self, module: Module, known: dict[int, Module] | None = None) -> Module:
        """Return a module, and all that it imports, with the rules in it."""
        known = {} if known is None else known
        if id(module) not in known:
            imports = tuple(self.module(each, known) for each in module.imports)
            items = tuple(map(self._item, module.file.items))
            known[id(module)] = Module(module.text, File(module.file.span, items), imports)
        return known[id(module)]

    def condition(self, node: Expr) -> Expr:
        """Return a condition with the rules in it. A call that was reported stays a call."""
        match node:
            case Or(parts=parts) | And(parts=parts):
                return replace(node, parts=tuple(map(self.condition, parts)))
            case Not(part=part):
                return Not(node.span, self.condition(part))
            case Call(name="rules"):
                return self._follow(node)
        return node

    def _item(self, item: Item) -> Item:
        match item:
            case Where():
                return self._where(item)
            case Statement(where=where, block=block):
                inside = Block(block.span, tuple(map(self._item, block.items))) if block else None
                return replace(item, where=self._where(where) if where else None, block=inside)
        return item

    def _where(self, where: Where) -> Where:
        return Where(where.span, self.condition(where.condition)) if where.condition else where

    def _follow(self, call: Call) -> Expr:
        if len(call.arguments) != 1:
            count = len(call.arguments)
            self._diagnostics.add("MG307", call.span, function="rules", wanted="1 argument", count=count)
            return call
        (path,) = call.arguments
        if not isinstance(path, Literal) or not isinstance(path.value, str):
            wanted = "the name of a file, in quotes"
            self._diagnostics.add("MG204", path.span, setting="rules", wanted=wanted, suggestion="")
            return call
        condition = self._read(path, path.value)
        return RuleFile(call.span, path, condition) if condition else call

    def _read(self, path: Literal, written: str) -> Expr | None:
        if Path(written).suffix.lower() not in _FORMATS:
            self._diagnostics.add("MG327", path.span, found=written)
            return None
        found = self._importer.find(path.span, written)
        if found is None:
            return None
        if found not in self._done:
            text = self._importer.read(found, path.span, written)
            self._done[found] = self._condition(replace(text, foreign=True), path) if text else None
        return self._done[found]

    def _condition(self, text: Text, path: Literal) -> Expr | None:
        self._texts.append(text)
        if len(text.content) > MAX_SIZE:
            hint = "is this a rule file?"
            self._diagnostics.add("MG120", Span(text, 0, 0), hint=hint, name=text.name, limit=MAX_SIZE)
            return None
        form, read = _FORMATS[Path(text.name).suffix.lower()]
        try:
            tree = read(text)
        except Malformed as error:
            self._diagnostics.add("MG320", error.span, name=text.name, form=form, reason=error.reason)
            return None
        except ModuleNotFoundError:
            self._diagnostics.add("MG326", path.span, found=text.name)
            return None
        return self._rules(tree)

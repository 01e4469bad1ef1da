"""The checker: makes campaigns of a module's tree, and says everything that is wrong with it at once."""

from collections.abc import Sequence
from decimal import Decimal

from mailgrid.language.arguments import read_arguments
from mailgrid.language.ast import And, Expr, Literal, Or, Statement, Word, walk
from mailgrid.language.campaign import Campaign
from mailgrid.language.campaigns import CampaignReader
from mailgrid.language.diagnostics import Diagnostics, Edit
from mailgrid.language.imports import Module
from mailgrid.language.kinds import Kinds
from mailgrid.language.names import Defined, Names
from mailgrid.language.settings import Settings, check_file, collect, merge
from mailgrid.language.suggest import nearest
from mailgrid.language.vocabulary import VOCABULARY

__all__ = ["Checker"]

#: The version of the language that is described here.
VERSION = 1


class Checker:
    """Checks a module together with those that it imports.

    Args:
        kinds: the drivers that there are.
        overrides: values in place of those of a `let`, by name.
        diagnostics: where mistakes are reported.
    """

    def __init__(self, kinds: Kinds, overrides: dict[str, Literal], diagnostics: Diagnostics) -> None:
        self._overrides = overrides
        self._diagnostics = diagnostics
        self._names = Names(kinds, diagnostics)

    def __call__(self, module: Module) -> tuple[Campaign, ...]:
        """Return the module's own campaigns; none where there is an error anywhere."""
        defined = self._names(module)
        defined.lets.update(self._known_overrides(defined))
        for each in module.walk():
            self._check_file(each)
        defaults = self._defaults(module)
        read = CampaignReader(defined, self._names, self._diagnostics)
        read.check(defaults)
        found = [read(each, self._settings(each, defaults)) for each in _campaigns(module)]
        self._check_former([campaign for campaign in found if campaign])
        return () if self._diagnostics.errors else tuple(campaign for campaign in found if campaign)

    def _known_overrides(self, defined: Defined) -> dict[str, Literal]:
        """Report overrides of names that no `let` has, and return the others."""
        for name in self._overrides.keys() - defined.lets.keys():
            meant = nearest(name, defined.lets)
            known = f"there are: {', '.join(sorted(defined.lets))}" if defined.lets else "the file has no `let`"
            hint = f"did you mean `{meant}`?" if meant else known
            self._diagnostics.add("MG224", None, found=name, suggestion=hint)
        return {name: value for name, value in self._overrides.items() if name in defined.lets}

    def _check_former(self, campaigns: Sequence[Campaign]) -> None:
        """Report former names that are still in use: their campaigns would not know of each other."""
        names = {campaign.name for campaign in campaigns}
        for campaign in campaigns:
            for former in campaign.formerly:
                if former.value in names:
                    self._diagnostics.add("MG225", former.span, found=former.value)

    def _settings(self, statement: Statement, defaults: Settings) -> Settings:
        return merge(collect(statement.block.items if statement.block else (), self._diagnostics), defaults)

    def _check_file(self, module: Module) -> None:
        """Check what stands outside blocks, and the conditions everywhere."""
        names = [word.name for item in _campaigns(module) for word in item.arguments[:1] if isinstance(word, Word)]
        check_file(module.file.items, names, self._diagnostics)
        for item in module.file.items:
            if isinstance(item, Statement) and item.keyword == "mailgrid":
                self._check_version(item)
        for node in walk(module.file):
            if isinstance(node, Or) and node.span.text is module.text:
                _check_precedence(node, self._diagnostics)

    def _check_version(self, statement: Statement) -> None:
        arguments = read_arguments(statement, VOCABULARY["mailgrid"], self._diagnostics)
        if not arguments:
            return
        (version,) = arguments.plain
        if isinstance(version, Literal) and version.value != Decimal(VERSION):
            self._diagnostics.add("MG221", version.span, found=version.value)

    def _defaults(self, module: Module) -> Settings:
        """Return the module's `defaults` over those of its imports, of which an earlier one wins."""
        known: dict[int, Settings] = {}
        for each in module.walk():  # imports come first
            inherited: Settings = {}
            for imported in each.imports:
                inherited = merge(inherited, known[id(imported)])
            known[id(each)] = merge(self._own_defaults(each), inherited)
        return known[id(module)]

    def _own_defaults(self, module: Module) -> Settings:
        for item in module.file.items:
            if isinstance(item, Statement) and item.keyword == "defaults":
                return collect(item.block.items if item.block else (), self._diagnostics)
        return {}


def _campaigns(module: Module) -> list[Statement]:
    return [item for item in module.file.items if isinstance(item, Statement) and item.keyword == "campaign"]


# ---- `a and b or c` --------------------------------------------------------------------------------------------


def _check_precedence(node: Or, diagnostics: Diagnostics) -> None:
    """Warn of `and` beside `or` without brackets."""
    bare = [part for part in node.parts if _is_own_and(node, part) and not _is_bracketed(node, part)]
    if not bare:
        return
    pieces, end = [], node.span.start
    for part in bare:
        pieces += [node.span.text.content[end : part.span.start], f"({part.span.source})"]
        end = part.span.end
    instead = "".join([*pieces, node.span.text.content[end : node.span.end]])
    shown = " ".join(instead.split())
    diagnostics.add("W309", bare[0].span, edit=Edit(node.span, instead), instead=shown)


def _is_own_and(node: Or, part: Expr) -> bool:
    """Tell whether a part of an `or` is an `and` that stands in the same text: a rule file has no need of brackets."""
    return isinstance(part, And) and part.span.text is node.span.text


def _is_bracketed(node: Or, part: Expr) -> bool:
    """Tell whether a part of an `or` stands in brackets of its own: the tree leaves them out, the text has them."""
    index = next(index for index, other in enumerate(node.parts) if other is part)
    start = node.parts[index - 1].span.end if index else node.span.start
    return "(" in node.span.text.content[start : part.span.start]

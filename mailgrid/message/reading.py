"""Reading: which names a template uses, and where."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

import jinja2
from jinja2 import nodes
from jinja2.meta import find_undeclared_variables

from mailgrid.errors import TemplateError
from mailgrid.message.local_filters import LANG, LOCAL_FILTERS
from mailgrid.message.places import first_place
from mailgrid.message.sandbox import Sandbox
from mailgrid.message.straight import member_of
from mailgrid.value import value

__all__ = ["Reading", "Use", "not_found"]


@value
class Use:
    """A place where a template uses a name: its name, the template's, 1-based line and column."""

    name: str
    template: str
    line: int
    column: int


class Reading:
    """Finds out which columns a template uses, and where; what it includes belongs to it.

    `uses` are the places, `reserved` those at which a name of ours stands alone, `names` every name that a column could
    answer to. `is_local` says that values are written in the language of whom a mail is for, `whole` that the row is
    used in a way that any column could be meant.
    """

    def __init__(
        self, environment: Sandbox, known: frozenset[str], records: Mapping[str, frozenset[str] | None]
    ) -> None:
        self.uses: list[Use] = []
        self.reserved: list[Use] = []
        self.names: set[str] = set()
        self.whole = False
        self.is_local = False
        self._environment = environment
        self._known = known
        self._records = records
        self._open: list[str] = []

    def read(self, source: str, name: str, first_line: int = 1) -> None:
        """Read a text and what it includes."""
        if name in self._open:
            raise jinja2.TemplateSyntaxError("it includes itself", 1, name)
        self._open.append(name)
        tree = self._environment.parse(source, name)
        self._know_filters(tree, name)
        try:
            undeclared = find_undeclared_variables(tree)
        except jinja2.TemplateAssertionError as error:
            raise jinja2.TemplateSyntaxError(error.message or "", error.lineno, name) from None
        self.names |= undeclared
        plain = set(self._plain(tree, undeclared))
        ours = {place for place in plain if place[0] in self._known}
        self.uses += _placed(plain - ours | {*self._members(tree, undeclared, name)}, source, name, first_line)
        self.reserved += _placed(ours, source, name, first_line)
        for include in tree.find_all(nodes.Include):
            if not self._found(include.template) and not include.ignore_missing:
                raise not_found(include.template.as_const(), name, include.lineno + first_line - 1)
        for extends in tree.find_all(nodes.Extends):
            if not self._found(extends.template):
                raise not_found(extends.template.as_const(), name, extends.lineno + first_line - 1)
        self._open.pop()

    def _know_filters(self, tree: nodes.Template, name: str) -> None:
        """Refuse a filter or a test that there is not; inside of an `if` the engine itself would find out too late."""
        for node in tree.find_all((nodes.Filter, nodes.Test)):
            is_filter = isinstance(node, nodes.Filter)
            if is_filter and node.name in LOCAL_FILTERS:
                self.is_local = True
                self.names.add(LANG)
            if node.name not in (self._environment.filters if is_filter else self._environment.tests):
                sort = "filter" if is_filter else "test"
                raise jinja2.TemplateSyntaxError(f"No {sort} named {node.name!r}.", node.lineno, name)

    def _plain(self, tree: nodes.Template, undeclared: set[str]) -> Iterator[tuple[str, int]]:
        """Yield the names that stand for themselves. One that is `set` on one way only is the author's own."""
        assigned = {
            node.name
            for assigned in tree.find_all((nodes.Assign, nodes.AssignBlock))
            for node in assigned.find_all(nodes.Name)
            if node.ctx == "store"
        }
        bound = {*_bound(tree), *_owners(tree, self._known)}
        for node in tree.find_all(nodes.Name):
            if node.ctx == "load" and node.name in undeclared - assigned and id(node) not in bound:
                yield node.name, node.lineno

    def _members(self, tree: nodes.Template, undeclared: set[str], name: str) -> Iterator[tuple[str, int]]:
        """Yield the columns that are used through the row; refuse a name that no other record has."""
        read = set()
        for node in tree.find_all(nodes.Expr):
            owner, member = member_of(node)
            if owner is None or owner.name not in undeclared & self._records.keys():
                continue
            read.add(id(owner))
            members = self._records[owner.name]
            if members is None:
                self.names.add(member)
                yield member, node.lineno
            elif member not in members:
                raise jinja2.TemplateSyntaxError(f"there is no `{owner.name}.{member}`", node.lineno, name)
        rows = (node for node in tree.find_all(nodes.Name) if self._records.get(node.name, ()) is None)
        self.whole |= any(node.name in undeclared and id(node) not in read for node in rows)

    def _found(self, written: nodes.Expr) -> bool:
        """Read what a template includes or extends, a name or the first that exists of several, if there is one."""
        names = written.as_const()
        for name in [names] if isinstance(names, str) else names:
            source = self._environment.read(name)
            if source is not None:
                self.read(source, name)
                return True
        return False


def _placed(names: Iterable[tuple[str, int]], source: str, template: str, first_line: int) -> Iterator[Use]:
    """Yield where names stand that are used in a line of a text."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", source)), len(source)]
    for name, line in sorted(names):
        start, end = starts[line - 1 : line + 1]
        place = first_place(source, name, start, end)
        yield Use(name, template, line + first_line - 1, 1 if place is None else place - start + 1)


def _owners(tree: nodes.Template, names: Collection[str]) -> Iterator[int]:
    """Yield the identity of each of some names behind which a member is asked for."""
    for node in tree.find_all(nodes.Expr):
        owner, _ = member_of(node)
        if owner is not None and owner.name in names:
            yield id(owner)


def _bound(tree: nodes.Template) -> Iterator[int]:
    """Yield the identity of each use of a loop's variable in the loop, and of a macro's argument in the macro."""
    for loop in tree.find_all(nodes.For):
        yield from _uses(loop.target, [*loop.body, *([loop.test] if loop.test else ())])
    macros: list[nodes.Macro | nodes.CallBlock] = [*tree.find_all(nodes.Macro), *tree.find_all(nodes.CallBlock)]
    for macro in macros:
        for argument in macro.args:
            yield from _uses(argument, macro.body)


def _uses(target: nodes.Node, parts: Iterable[nodes.Node]) -> Iterator[int]:
    """Yield the identity of each use, in some parts of a template, of the names that a target binds."""
    names = {node.name for node in (target, *target.find_all(nodes.Name)) if isinstance(node, nodes.Name)}
    for part in parts:
        for node in (part, *part.find_all(nodes.Name)):
            if isinstance(node, nodes.Name) and node.name in names:
                yield id(node)


def not_found(names: object, template: str, line: int) -> TemplateError:
    """Return the mistake of a template that needs a file, or one of several, which is not there."""
    return TemplateError(
        f"template not found: {names}",
        hint="write its path as seen from the campaign file, in its folder or below it",
        code="MG502",
        template=template,
        line=line,
        word=str(names),
    )

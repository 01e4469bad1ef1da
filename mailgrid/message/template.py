"""Template: a text with `{{ }}` and `{% %}`, compiled once, filled for each recipient.

Templates come from people whom one need not trust, so they run in a sandbox and see plain values only. Values are
never looked at for `{{ }}`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import Context

from mailgrid.errors import TemplateError
from mailgrid.message.filters import LIMIT, LimitError
from mailgrid.message.places import first_place
from mailgrid.message.sandbox import BUDGET, Mode, Sandbox
from mailgrid.message.straight import Form, Straight, member_of, straight

__all__ = ["Engine", "Template", "Use"]

_UNKNOWN = re.compile(r"No (?P<sort>filter|test) named '(?P<name>\w+)'")


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a template uses a column: its name, the template's, 1-based line and column."""

    name: str
    template: str
    line: int
    column: int


class Template:
    """A compiled template; called with the names it may see, it returns the text.

    Safe for threads: it is never changed, and what a render counts is kept in the names of that render.
    """

    def __init__(
        self, compiled: jinja2.Template, name: str, first_line: int, reading: "_Reading", plain: Straight | None
    ) -> None:
        self.name = name
        self.uses = tuple(reading.uses)
        self.names = frozenset(reading.names)
        self.whole = reading.whole
        #: The template as a text with holes, where it is nothing else.
        self.straight = plain
        self._form = Form(plain) if plain else None
        self._compiled = compiled
        self._first_line = first_line
        self._render = compiled.root_render_func
        self._blocks = compiled.blocks
        self._environment = compiled.environment

    def __call__(self, names: dict[str, object]) -> str:
        """Fill the template.

        Raises:
            TemplateError: it cannot be filled with these values; it knows the line, and repeats no value.
        """
        text = self._form(names) if self._form else None
        return text if text is not None and len(text) <= LIMIT else self._engine(names)

    def _engine(self, names: dict[str, object]) -> str:
        names[BUDGET] = [LIMIT]
        try:
            text = "".join(self._render(Context(self._environment, names, self.name, self._blocks)))
        except Exception as error:  # noqa: BLE001 (whatever a template does, only this recipient's mail fails)
            raise self._failure(error) from None
        if len(text) > LIMIT:
            raise TemplateError(f"the text is longer than {LIMIT:,} characters", template=self.name)
        return text

    def _failure(self, error: Exception) -> TemplateError:
        template, line, trace = self.name, 0, error.__traceback__
        while trace is not None:
            part = trace.tb_frame.f_globals.get("__jinja_template__")
            if part is not None:
                own = part is self._compiled
                template = self.name if own else part.name
                line = part.get_corresponding_lineno(trace.tb_lineno) + (self._first_line - 1 if own else 0)
            trace = trace.tb_next
        return TemplateError(_reason(error), template=template, line=line)


def _reason(error: Exception) -> str:
    """Say what went wrong without repeating any value."""
    if isinstance(error, LimitError):
        return str(error)
    if isinstance(error, SecurityError):
        return "a template may not do this"
    if isinstance(error, jinja2.UndefinedError):
        name = re.fullmatch(r"'(\w+)' is undefined", str(error))
        return f"there is no `{name[1]}`" if name else "a value that is used here does not exist"
    return f"a value does not fit here ({type(error).__name__})"


class Engine:
    """Compiles the templates of one campaign.

    Args:
        known: names that templates see and that are no columns.
        records: those of them that hold named values, with these names; None for the row itself.
        root: the folder that `include` and `extends` read from; None: there is none.
        filters: further filters, beside Jinja's own; they take the place of none.
    """

    def __init__(
        self,
        *,
        known: frozenset[str],
        records: Mapping[str, frozenset[str] | None],
        root: Path | None,
        filters: Mapping[str, Callable[..., object]] = MappingProxyType({}),
    ) -> None:
        self._known = known
        self._records = records
        self._environments = {mode: Sandbox(mode, root) for mode in Mode}
        for environment in self._environments.values():
            environment.filters = {**filters, **environment.filters}

    @property
    def files(self) -> frozenset[Path]:
        """The files that templates include or extend."""
        return frozenset().union(*(environment.files for environment in self._environments.values()))

    def compile(self, source: str, name: str, mode: Mode, first_line: int = 1, *, made: str = "") -> Template:
        """Compile a text.

        Args:
            source: the text.
            name: what it is called in messages: a file's name, or the setting that holds the text.
            mode: what it becomes.
            first_line: the line at which it begins in what `name` names.
            made: what was made of it, line by line, and is filled in its place; empty: nothing was.

        Raises:
            TemplateError: it cannot be compiled; it knows the line.
        """
        environment = self._environments[mode]
        try:
            reading = _Reading(environment, self._known, self._records)
            reading.read(source, name, first_line)
            code = environment.compile(made or source, name, name)
        except jinja2.TemplateNotFound as error:
            raise TemplateError(f"template not found: {error.name}", code="MG502", template=name) from None
        except jinja2.TemplateSyntaxError as error:
            message = (error.message or "it is not valid").removesuffix(".")
            first = first_line if error.name in {name, None} else 1
            where = error.name or name
            raise TemplateError(
                message[0].lower() + message[1:],
                hint=_meant(message, environment),
                template=where,
                line=error.lineno + first - 1,
            ) from None
        except (RecursionError, SyntaxError, ValueError):
            raise TemplateError("it is nested too deeply", template=name) from None
        tree = environment.parse(made or source, name)
        # What is put into a path is looked at by the engine.
        plain = None if mode is Mode.PATH else straight(tree, escaped=mode is Mode.HTML)
        return Template(jinja2.Template.from_code(environment, code, {}), name, first_line, reading, plain)


class _Reading:
    """Finds out which columns a template uses, and where; what it includes belongs to it.

    `uses` are the places, `names` every name that a column could answer to, `whole` says that the row is used in a
    way that any column could be meant.
    """

    def __init__(
        self, environment: Sandbox, known: frozenset[str], records: Mapping[str, frozenset[str] | None]
    ) -> None:
        self.uses: list[Use] = []
        self.names: set[str] = set()
        self.whole = False
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
        try:
            undeclared = find_undeclared_variables(tree)
        except jinja2.TemplateAssertionError as error:
            raise jinja2.TemplateSyntaxError(error.message or "", error.lineno, name) from None
        self.names |= undeclared
        starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", source)), len(source)]
        for column, line in sorted({*self._plain(tree, undeclared), *self._members(tree, undeclared, name)}):
            start, end = starts[line - 1 : line + 1]
            place = first_place(source, column, start, end)
            self.uses.append(Use(column, name, line + first_line - 1, 1 if place is None else place - start + 1))
        for include in tree.find_all(nodes.Include):
            self._read_files(include.template, optional=include.ignore_missing)
        for extends in tree.find_all(nodes.Extends):
            self._read_files(extends.template, optional=False)
        self._open.pop()

    def _plain(self, tree: nodes.Template, undeclared: set[str]) -> Iterator[tuple[str, int]]:
        """Yield the columns that are used by their names. A name that is `set` on one way only is the author's too."""
        ours = self._known | {
            node.name
            for assigned in tree.find_all((nodes.Assign, nodes.AssignBlock))
            for node in assigned.find_all(nodes.Name)
            if node.ctx == "store"
        }
        bound = set(_bound(tree))
        for node in tree.find_all(nodes.Name):
            if node.ctx == "load" and node.name in undeclared - ours and id(node) not in bound:
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

    def _read_files(self, written: nodes.Expr, *, optional: bool) -> None:
        """Read what a template includes or extends: a name, or the first that exists of several."""
        names = written.as_const()
        for name in [names] if isinstance(names, str) else names:
            source = self._environment.read(name)
            if source is not None:
                return self.read(source, name)
        if not optional:
            raise jinja2.TemplateNotFound(str(names))
        return None


def _meant(message: str, environment: Sandbox) -> str:
    """Return which filter or test was meant, where Jinja says that there is none of a name."""
    unknown = _UNKNOWN.match(message)
    if unknown is None:
        return ""
    known = environment.filters if unknown["sort"] == "filter" else environment.tests
    return "".join(f"did you mean `{name}`?" for name in get_close_matches(unknown["name"], known, n=1))


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

"""Template: a text with `{{ }}` and `{% %}`, compiled once, filled for each recipient. The only file with jinja2 in it.

Templates come from people whom one need not trust: they run in a sandbox, see plain values only, and cannot ask for
more text or time than a mail needs. Values are never looked at for `{{ }}`.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes, pass_context
from jinja2.defaults import DEFAULT_FILTERS, DEFAULT_NAMESPACE
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError, safe_range
from jinja2.visitor import NodeTransformer

from mailgrid.errors import TemplateError
from mailgrid.message.filters import LIMIT, LimitError, allowed, scalar
from mailgrid.message.plaintext import from_html

__all__ = ["GLOBALS", "Engine", "Mode", "Template", "Use"]

#: Under this name, which no template can write, a render keeps what it may still print.
_BUDGET = " budget"
#: What a step of a loop or a call costs at least, in characters.
_STEP = 16
#: Bits of the largest number that a product or a power may make.
_BITS = 4096
#: Methods of values (texts, dates, dicts, loops) that templates may call. Others make texts of any length.
_METHODS = frozenset(
    "capitalize casefold changed count cycle date endswith find get index isalnum isalpha isdigit isocalendar isoformat "
    "isoweekday isspace items keys lower lstrip partition removeprefix removesuffix rfind rpartition rsplit rstrip split "
    "splitlines startswith strftime strip swapcase time title upper values weekday".split()
)
#: Functions that templates may call; a column of the same name wins.
GLOBALS: Mapping[str, object] = {
    **{name: DEFAULT_NAMESPACE[name] for name in ("cycler", "dict", "joiner", "namespace")},
    "range": safe_range,
}


class Mode(Enum):
    """What a template's text becomes, and so what happens to the values in it."""

    HTML = "html"  #: values are escaped
    TEXT = "text"  #: values stand as they are
    DERIVED = "derived"  #: text that was made from HTML: what would be markup there is plain here
    HEADER = "header"  #: a line end in a value is an error


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a template uses a column: its name, the template's, 1-based line and column."""

    name: str
    template: str
    line: int
    column: int


def _spend(context: Context, characters: int) -> None:
    budget = context.parent[_BUDGET]
    budget[0] -= characters
    if budget[0] < 0:
        raise LimitError(f"it writes more than {LIMIT:,} characters, or loops for too long")


@pass_context
def _printed(context: Context, value: object) -> object:
    """Look at every value that is printed."""
    if type(value) is str:
        _spend(context, len(value))
        return value
    if value is None:
        return ""
    if type(value) is float and value.is_integer():
        return int(value)  # a spreadsheet's 7 is 7.0
    if isinstance(value, str):
        _spend(context, len(value))
    return value if isinstance(value, jinja2.Undefined) else scalar(value)


@pass_context
def _printed_in_header(context: Context, value: object) -> object:
    """Look at every value that is printed into a header, where a line end would begin another header."""
    if isinstance(value, str) and ("\n" in value or "\r" in value):
        raise LimitError("a value holds a line end, which a header cannot")
    return _printed(context, value)


@pass_context
def _steps(context: Context, values: Iterable[object], cost: int) -> Iterator[object]:
    """Charge each step of a loop."""
    for value in values:
        _spend(context, cost)
        yield value


class _Guard(NodeTransformer):
    """Puts our checks into a template's tree, and refuses what has no place in a mail."""

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        super().generic_visit(node, *args, **kwargs)
        if isinstance(node, nodes.Import | nodes.FromImport):
            raise jinja2.TemplateSyntaxError("there is no `import` in mails, only `include`", node.lineno)
        if isinstance(node, nodes.Include | nodes.Extends) and not isinstance(node.template, nodes.Const):
            raise jinja2.TemplateSyntaxError("the name of a file must be written out", node.lineno)
        if isinstance(node, nodes.Include):
            node.with_context = True
        if isinstance(node, nodes.For):
            return self._charged(node)
        if isinstance(node, nodes.Concat):
            return nodes.Filter(nodes.List(node.nodes), "join", [], [], None, None, lineno=node.lineno)
        return node

    @staticmethod
    def _charged(loop: nodes.For) -> nodes.For:
        """Make a loop count its steps, each as much as the text it could write."""
        if loop.recursive:
            raise jinja2.TemplateSyntaxError("there are no recursive loops in mails", loop.lineno)
        cost = _STEP + sum(len(text.data) for text in loop.find_all(nodes.TemplateData))
        loop.iter = nodes.Filter(loop.iter, "steps", [nodes.Const(cost)], [], None, None, lineno=loop.lineno)
        return loop


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 without a way out, and without a way to ask for too much."""

    intercepted_binops = frozenset({"%", "*", "**", "+"})

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _Guard().visit(tree)
        tree.set_environment(self)
        return tree

    def call(self, context: Context, called: Any, *args: Any, **options: Any) -> Any:
        """Charge each call, so that macros cannot call each other for ever."""
        _spend(context, _STEP)
        return super().call(context, called, *args, **options)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Refuse to make a long text or a long number."""
        if operator == "+":
            sizes = [len(side) for side in (left, right) if isinstance(side, Collection)]
            if sum(sizes) > LIMIT:
                raise LimitError("the text would become too long")
        elif isinstance(left, Collection) or isinstance(right, Collection):
            raise LimitError(f"`{operator}` is for numbers")
        elif operator != "%" and _bits(left) * (abs(right) if operator == "**" else 1) + _bits(right) > _BITS:
            raise LimitError("the number would become too large")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow values to be read, and a few methods to be called."""
        return super().is_safe_attribute(obj, attr, value) and (not callable(value) or attr in _METHODS)

    def wrap_str_format(self, value: Any) -> None:
        """Leave `str.format` to the rule for methods."""


def _bits(number: Any) -> int:
    return number.bit_length() if isinstance(number, int) else 64


class Template:
    """A compiled template; called with the names it may see, it returns the text.

    Safe for threads: it is never changed, and what a render counts is kept in the names of that render.
    """

    def __init__(self, compiled: jinja2.Template, name: str, first_line: int, reading: "_Reading") -> None:
        self.name = name
        self.uses = tuple(reading.uses)
        self.names = frozenset(reading.names)
        self.whole = reading.whole
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
        names[_BUDGET] = [LIMIT]
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
    """

    def __init__(
        self, *, known: frozenset[str], records: Mapping[str, frozenset[str] | None], root: Path | None
    ) -> None:
        self._known = known
        self._records = records
        self._environments = {mode: _environment(mode, root) for mode in Mode}

    def compile(self, source: str, name: str, mode: Mode, first_line: int = 1) -> Template:
        """Compile a text.

        Args:
            source: the text.
            name: what it is called in messages: a file's name, or the setting that holds the text.
            mode: what it becomes.
            first_line: the line at which it begins in what `name` names.

        Raises:
            TemplateError: it cannot be compiled; it knows the line.
        """
        environment = self._environments[mode]
        try:
            reading = _Reading(environment, self._known, self._records)
            reading.read(source, name, first_line)
            code = environment.compile(source, name, name)
        except jinja2.TemplateNotFound as error:
            raise TemplateError(f"template not found: {error.name}", code="MG502", template=name) from None
        except jinja2.TemplateSyntaxError as error:
            message = (error.message or "it is not valid").removesuffix(".")
            first = first_line if error.name in {name, None} else 1
            where = error.name or name
            raise TemplateError(
                message[0].lower() + message[1:], template=where, line=error.lineno + first - 1
            ) from None
        except (RecursionError, SyntaxError, ValueError):
            raise TemplateError("it is nested too deeply", template=name) from None
        compiled = jinja2.Template.from_code(environment, code, {})
        return Template(compiled, name, first_line, reading)


def _environment(mode: Mode, root: Path | None) -> _Sandbox:
    environment = _Sandbox(
        autoescape=mode is Mode.HTML,
        undefined=jinja2.StrictUndefined,
        finalize=_printed_in_header if mode is Mode.HEADER else _printed,
        keep_trailing_newline=True,
        auto_reload=False,
        loader=_Files(root, from_html if mode is Mode.DERIVED else str),
    )
    filters = {**allowed(DEFAULT_FILTERS), "steps": _steps}
    if mode is Mode.DERIVED:
        same = filters["string"]
        filters |= {"safe": filters["striptags"], "e": same, "escape": same, "forceescape": same, "urlize": same}
    environment.filters = filters
    environment.globals = {}
    return environment


class _Files(jinja2.BaseLoader):
    """Reads what templates include, from inside one folder only."""

    def __init__(self, root: Path | None, convert: Callable[[str], str]) -> None:
        self._root = root.resolve() if root else None
        self._convert = convert

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return a file's text; a link that leads out of the folder is not followed."""
        if self._root is None or "\0" in template or "\\" in template:
            raise jinja2.TemplateNotFound(template)
        path = (self._root / template).resolve()
        if not path.is_relative_to(self._root) or not path.is_file():
            raise jinja2.TemplateNotFound(template)
        try:
            return self._convert(path.read_text("utf-8-sig")), template, lambda: True
        except (OSError, UnicodeDecodeError):
            raise jinja2.TemplateNotFound(template, f"{template} cannot be read as UTF-8") from None


class _Reading:
    """Finds out which columns a template uses, and where; what it includes belongs to it.

    `uses` are the places, `names` every name that a column could answer to, `whole` says that the row is used in a
    way that any column could be meant.
    """

    def __init__(
        self, environment: _Sandbox, known: frozenset[str], records: Mapping[str, frozenset[str] | None]
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
        undeclared = find_undeclared_variables(tree)
        self.names |= undeclared
        lines = re.split(r"\r\n|\r|\n", source)
        for column, line in sorted({*self._plain(tree, undeclared), *self._members(tree, undeclared, name)}):
            place = re.search(rf"\b{re.escape(column)}\b", lines[line - 1])
            self.uses.append(Use(column, name, line + first_line - 1, place.start() + 1 if place else 1))
        for node in tree.find_all((nodes.Include, nodes.Extends)):
            self._read_files(node)
        self._open.pop()

    def _plain(self, tree: nodes.Template, undeclared: set[str]) -> Iterator[tuple[str, int]]:
        """Yield the columns that are used by their names."""
        for node in tree.find_all(nodes.Name):
            if node.ctx == "load" and node.name in undeclared - self._known:
                yield node.name, node.lineno

    def _members(self, tree: nodes.Template, undeclared: set[str], name: str) -> Iterator[tuple[str, int]]:
        """Yield the columns that are used through the row; refuse a name that no other record has."""
        read = set()
        for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
            owner, member = node.node, _member(node)
            if (
                member is None
                or not isinstance(owner, nodes.Name)
                or owner.name not in undeclared & self._records.keys()
            ):
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

    def _read_files(self, node: nodes.Include | nodes.Extends) -> None:
        """Read what a template includes or extends."""
        names = node.template.as_const()
        for name in [names] if isinstance(names, str) else names:
            try:
                source, _, _ = self._environment.loader.get_source(self._environment, name)
            except jinja2.TemplateNotFound:
                if not getattr(node, "ignore_missing", False):
                    raise
            else:
                self.read(source, name)


def _member(node: nodes.Getattr | nodes.Getitem) -> str | None:
    """Return the name in `record.name` or `record["name"]`, None where it is not written out."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.arg.value if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str) else None

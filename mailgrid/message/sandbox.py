"""Sandbox: the template engine without a way out, and without a way to ask for more text or time than a mail needs.

With template.py the only file that knows jinja2.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path

import jinja2
from jinja2 import nodes, pass_context
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.filters import FILTERS
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range
from jinja2.visitor import NodeTransformer

from mailgrid.message.filters import LIMIT, LimitError, allowed, heed, scalar
from mailgrid.message.local_filters import LOCAL_FILTERS
from mailgrid.message.pieces import Piece

__all__ = ["BUDGET", "GLOBALS", "Mode", "Sandbox"]

#: The tokens that end a tag.
_ENDS = frozenset({"block_end", "comment_end", "raw_end", "variable_end"})
#: Under this name, which no template can write, a render keeps what it may still print.
BUDGET = " budget"
#: What a step of a loop or a call costs at least, in characters.
_STEP = 16
#: Bits of the largest number that a product or a power may make.
_BITS = 256
#: Methods of values (texts, dates, dicts, loops) that templates may call. Others make texts of any length.
_METHODS = frozenset(
    [
        "capitalize",
        "casefold",
        "changed",
        "count",
        "cycle",
        "date",
        "endswith",
        "find",
        "get",
        "index",
        "isalnum",
        "isalpha",
        "isdigit",
        "isocalendar",
        "isoformat",
        "isoweekday",
        "isspace",
        "items",
        "keys",
        "lower",
        "lstrip",
        "partition",
        "removeprefix",
        "removesuffix",
        "rfind",
        "rpartition",
        "rsplit",
        "rstrip",
        "split",
        "splitlines",
        "startswith",
        "strftime",
        "strip",
        "swapcase",
        "time",
        "title",
        "upper",
        "values",
        "weekday",
    ]
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
    PATH = "path"  #: a value is a part of a file's name, and no way into another folder


def _spend(context: Context, characters: int) -> None:
    budget = context.parent[BUDGET]
    budget[0] -= characters
    if budget[0] < 0:
        raise LimitError(f"it writes more than {LIMIT:,} characters, or loops for too long")


@pass_context
def _printed(context: Context, value: object) -> object:
    """Look at every value that is printed."""
    if type(value) is str:  # nearly always, so that each step here counts; otherwise this is `_spend`
        budget = context.parent[BUDGET]
        budget[0] -= len(value)
        if budget[0] >= 0:
            return value
    if value is None:
        return ""
    if type(value) is float and value.is_integer():
        return int(value)  # a spreadsheet's 7 is 7.0
    if isinstance(value, str):
        _spend(context, len(value))
    return scalar(value)


@pass_context
def _printed_in_header(context: Context, value: object) -> object:
    """Look at every value that is printed into a header, where a line end would begin another header."""
    if isinstance(value, str) and ("\n" in value or "\r" in value):
        raise LimitError("a value holds a line end, which a header cannot")
    return _printed(context, value)


@pass_context
def _printed_in_path(context: Context, value: object) -> object:
    """Look at every value that is printed into a path: it must not lead into another folder."""
    if isinstance(value, str) and (not value.isprintable() or "/" in value or "\\" in value):
        raise LimitError("a value holds `/`, `\\` or a control character, which a file's name cannot")
    return _printed(context, value)


_FINALIZE = {Mode.HEADER: _printed_in_header, Mode.PATH: _printed_in_path}


def _default(value: object, replacement: object = "", boolean: object = None) -> object:
    """Return the value, or the replacement where it does not exist or is empty: nothing, or blanks only."""
    missing = isinstance(value, jinja2.Undefined) or value is None or (isinstance(value, str) and not value.strip())
    return replacement if missing or (boolean and not value) else value


@pass_context
def _steps(context: Context, values: Iterable[object], cost: int) -> Iterator[object]:
    """Charge each step of a loop."""
    for value in values:
        _spend(context, cost)
        heed()
        yield value


class _Guard(NodeTransformer):
    """Puts our checks into a template's tree, and refuses what has no place in a mail."""

    def generic_visit(self, node: nodes.Node, *args: object, **kwargs: object) -> nodes.Node:
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


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 without a way out, and without a way to ask for too much."""

    intercepted_binops = frozenset({"%", "*", "**", "+"})

    def __init__(self, mode: Mode, root: Path | None) -> None:
        super().__init__(
            autoescape=mode is Mode.HTML,
            undefined=jinja2.StrictUndefined,
            finalize=_FINALIZE.get(mode, _printed),
            keep_trailing_newline=True,
            auto_reload=False,
            loader=jinja2.FunctionLoader(self.read),
        )
        self._root = root.resolve() if root else None
        #: Every file that a template has included so far.
        self.files: set[Path] = set()
        self.globals = {}
        self.filters = {**allowed(FILTERS), **LOCAL_FILTERS, "d": _default, "default": _default, "steps": _steps}
        if mode is Mode.DERIVED:
            plain = self.filters["string"]
            self.filters |= {"safe": self.filters["striptags"], "urlize": plain}
            self.filters |= dict.fromkeys(("e", "escape", "forceescape"), plain)

    def read(self, name: str) -> str | None:
        """Return the text of a file that a template includes; None where there is none in the folder.

        A link that leads out of the folder is not followed.
        """
        if self._root is None or "\0" in name or "\\" in name:
            return None
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root) or not path.is_file():
            return None
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return None
        self.files.add(path)
        return text

    def pieces(self, source: str, name: str, first_line: int = 1) -> Iterator[Piece]:
        """Yield the texts and the tags of a template, blanks that a `-` takes away left out.

        Raises:
            TemplateSyntaxError: a tag is never closed.
        """
        tag, begun = "", 0
        for line, kind, text in self.lex(source, name):
            if kind == "data" and not tag:
                yield Piece(text, name, line + first_line - 1)
                continue
            if not tag:
                begun = line
            tag += text
            if kind in _ENDS:
                yield Piece(tag, name, begun + first_line - 1, is_tag=True)
                tag = ""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _Guard().visit(tree)
        tree.set_environment(self)
        return tree

    def call(self, context: Context, called: object, *args: object, **options: object) -> object:
        """Charge each call, so that macros cannot call each other for ever."""
        _spend(context, _STEP)
        heed()
        return super().call(context, called, *args, **options)

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Refuse to make a long text or a long number."""
        heed()
        sizes = [len(side) for side in (left, right) if isinstance(side, Collection)]
        if sizes and operator != "+":
            raise LimitError(f"`{operator}` is for numbers")
        if sum(sizes) > LIMIT or _bits_of(operator, left, right) > _BITS:
            raise LimitError("a text or a number would become too long")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Allow values to be read, and a few methods to be called."""
        return super().is_safe_attribute(obj, attr, value) and (not callable(value) or attr in _METHODS)

    def wrap_str_format(self, value: object) -> None:
        """Leave `str.format` to the rule for methods."""


def _bits_of(operator: str, left: object, right: object) -> int:
    """Return how many bits the result has at most, as far as that can be much."""
    if operator == "*":
        return _bits(left) + _bits(right)
    return _bits(left) * abs(right) if operator == "**" and isinstance(right, int) else 0


def _bits(number: object) -> int:
    return number.bit_length() if isinstance(number, int) else 64

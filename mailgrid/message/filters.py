"""Filters: what templates may do with a value. A list of what is allowed, each held to a size before it acts.

A sandbox stops a template from reaching out, not from asking for a text of 100 MB. So filters that make a text
longer are refused when their arguments could make it too long, and lists are never printed by accident.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from math import prod

from mailgrid.message.patience import PATIENCE

__all__ = ["LIMIT", "LimitError", "allowed", "heed", "scalar"]

#: Characters that one template may write, and that one value in it may have.
LIMIT = 1 << 20
#: The largest width, precision or count that a filter takes.
_NUMBER = 9999

Filter = Callable[..., object]

_LISTS = [
    "batch",
    "dictsort",
    "first",
    "groupby",
    "items",
    "last",
    "length",
    "list",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "reverse",
    "select",
    "selectattr",
    "slice",
    "sort",
    "sum",
    "unique",
]
_TEXTS = [
    "abs",
    "capitalize",
    "center",
    "count",
    "e",
    "escape",
    "filesizeformat",
    "float",
    "forceescape",
    "format",
    "indent",
    "int",
    "lower",
    "replace",
    "round",
    "safe",
    "string",
    "striptags",
    "title",
    "tojson",
    "trim",
    "truncate",
    "upper",
    "urlencode",
    "urlize",
    "wordcount",
    "wordwrap",
]
#: Those of them that can make more than they are given.
_GROWING = frozenset(
    {"batch", "center", "format", "indent", "replace", "round", "slice", "tojson", "urlize", "wordwrap"}
)
_WIDTHS = re.compile(r"%(?:\([^)]*\))?[^a-zA-Z%]*(?:\*|\d{5})")


class LimitError(ValueError):
    """A template asks for more than it may have; the message says of what."""


def allowed(defaults: Mapping[str, Filter]) -> dict[str, Filter]:
    """Return the filters that templates may use, made from an engine's own."""
    lists = {name: _limited(defaults[name], lists=True, grows=name in _GROWING) for name in _LISTS}
    texts = {name: _limited(defaults[name], lists=False, grows=name in _GROWING) for name in _TEXTS}
    return {**lists, **texts, "join": _joining(defaults["join"]), "format": _formatting(texts["format"])}


def scalar(value: object) -> object:
    """Return a value that can be printed; an empty list is nothing.

    Raises:
        LimitError: it is a list or a record, or something that must be called first.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable):
        if not value:  # a name that does not exist says so here
            return ""
        raise LimitError('a list or a record cannot be printed as it is; for a list write `| join(", ")`')
    if callable(value):
        raise LimitError("a function cannot be printed: call it with `( )`")
    return value


def heed() -> None:
    """Give up a text at which the processor has worked for too long.

    Raises:
        LimitError: it has.
    """
    if PATIENCE.is_lost:
        raise LimitError("it takes too long")


def _limited(call: Filter, *, lists: bool, grows: bool) -> Filter:
    """Wrap a filter so that it looks at its arguments first."""
    first = 1 if hasattr(call, "jinja_pass_arg") else 0

    @wraps(call)
    def limited(*args: object, **options: object) -> object:
        given = [*args[first:], *options.values()]
        heed()
        if not lists:
            for value in given:
                scalar(value)
        if grows:
            _weigh(given)
        return call(*args, **options)

    return limited


def _weigh(given: list[object]) -> None:
    """Refuse arguments whose sizes, multiplied, would make too long a text."""
    numbers = [abs(value) for value in given[1:] if isinstance(value, int | float)]
    lengths = [len(value) or 1 for value in given if isinstance(value, str)]
    if max(numbers, default=0) > _NUMBER:
        raise LimitError(f"a filter takes no number above {_NUMBER:,}")
    if prod(lengths) * max([1, *numbers]) > 16 * LIMIT:
        raise LimitError("the text would become too long")


def _joining(join: Filter) -> Filter:
    """Wrap `join` so that it adds up the lengths before it joins."""

    @wraps(join)
    def joining(context: object, value: Iterable[object], d: str = "", attribute: object = None) -> object:
        if attribute is not None:
            raise LimitError('`join` takes no attribute here: write `| map(attribute="...") | join`')
        pieces, length = [], 0
        for piece in value:
            pieces.append(scalar(piece))
            length += len(d) + (len(piece) if isinstance(piece, str) else 1)
            if length > LIMIT:
                raise LimitError("the text would become too long")
        return join(context, pieces, d)

    return joining


def _formatting(form: Filter) -> Filter:
    """Wrap `format` so that no `%0100000000d` makes a text of that width."""

    @wraps(form)
    def formatting(value: str, *args: object, **options: object) -> object:
        if _WIDTHS.search(str(value)):
            raise LimitError(f"a format takes no width above {_NUMBER:,}")
        return form(value, *args, **options)

    return formatting

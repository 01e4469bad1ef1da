"""Written: what an author wrote, with its place: texts, what stands for something outside, drivers."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from mailgrid.language.ast import Expr
from mailgrid.language.text import Span
from mailgrid.language.values import Rate, Size
from mailgrid.value import value

__all__ = ["Driver", "Quoted", "Reference", "Setting"]


@value
class Reference:
    """`env("X", "default")` or `secret("X")`, not looked up yet. `kind` is `env` or `secret`."""

    span: Span = field(compare=False, repr=False)
    kind: str
    name: str
    default: str | None = None


@value
class Quoted:
    """A text that the author wrote, with its place. Texts with `{{ }}` are templates, file names are not guessed.

    `span` is the whole literal, quotes included; `folder` the folder of the file it stands in, from which relative
    paths are meant.
    """

    span: Span = field(compare=False, repr=False)
    value: str
    folder: Path = field(default=Path(), compare=False)


@value
class Setting:
    """An option's value, typed as `hookspecs.OptionType` says (a Reference is not looked up yet), and its place."""

    span: Span = field(compare=False, repr=False)
    value: object


@value
class Driver:
    """A source or a transport: which kind, where, with which options.

    `name` is what it was declared as (`source users csv ...`), None when it was written in place. `options` holds
    only what was written; planning fills in defaults. `where` filters a source's rows. `rate`, `burst`, `workers`,
    `max_size` and `quota` are those of a transport that has a name, shared by all who send through it; `otherwise` is
    the name of the one to take when it is down or its quota is spent.
    """

    span: Span = field(compare=False, repr=False)
    driver: str
    driver_span: Span = field(compare=False, repr=False)
    location: Quoted | Reference | None = None
    options: Mapping[str, Setting] = field(default_factory=dict)
    name: str | None = None
    where: Expr | None = None
    folder: Path = field(default=Path(), compare=False)
    rate: Rate | None = None
    burst: int | None = None
    workers: int | None = None
    max_size: Size | None = None
    quota: Setting | None = None
    otherwise: Setting | None = None

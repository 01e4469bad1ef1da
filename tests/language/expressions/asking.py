"""Asks conditions, as texts, about rows, as texts: what most tests of this folder do."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mailgrid.hookspecs import Column
from mailgrid.language import ast
from mailgrid.language.diagnostics import Diagnostic
from mailgrid.language.expressions import Compiled, Match, Scope, compile_where
from mailgrid.language.parser import parse_condition
from mailgrid.language.text import Text

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
COLUMNS = ("country", "age", "active", "signup", "email", "plan")


def parsed(condition: str) -> ast.Expr:
    tree, diagnostics = parse_condition(Text("where", condition))
    assert not [diagnostic for diagnostic in diagnostics if diagnostic.severity == "error"], condition
    assert tree is not None
    return tree


def scope(columns: Sequence[str | Column] = COLUMNS, **others: Any) -> Scope:
    made = [Column(name=column) if isinstance(column, str) else column for column in columns]
    settings: dict[str, Any] = {"complete": True, "source": "users.csv", "now": NOW, "zone": UTC}
    return Scope(columns=made, **settings | others)


def compiled(condition: str, columns: Sequence[str | Column] = COLUMNS, **others: Any) -> Compiled:
    return compile_where(parsed(condition), scope(columns, **others))


def match(condition: str, columns: Sequence[str | Column] = COLUMNS, **others: Any) -> Match:
    made = compiled(condition, columns, **others)
    assert made.match is not None, [diagnostic.message for diagnostic in made.diagnostics]
    return made.match


def ask(condition: str, row: Mapping[str, object], **others: Any) -> bool | None:
    """Answer for a row of untyped cells, unless `columns` says otherwise."""
    columns = others.pop("columns", tuple(row))
    return match(condition, columns, **others).bind(tuple(row))(tuple(row.values()))


def said(condition: str, columns: Sequence[str | Column] = COLUMNS, **others: Any) -> list[Diagnostic]:
    return list(compiled(condition, columns, **others).diagnostics)


def only(condition: str, columns: Sequence[str | Column] = COLUMNS, **others: Any) -> Diagnostic:
    (diagnostic,) = said(condition, columns, **others)
    return diagnostic


def fixed(condition: str, columns: Sequence[str | Column] = COLUMNS, **others: Any) -> str:
    """Return the condition after the change that the only diagnostic offers."""
    edit = only(condition, columns, **others).edit
    assert edit is not None
    return condition[: edit.span.start] + edit.text + condition[edit.span.end :]

"""Names in a condition: which column or `let` each stands for, and what was probably meant by one that is neither."""

import re

from mailgrid import hookspecs
from mailgrid.language import ast
from mailgrid.language.diagnostics import Diagnostics, Edit, Note
from mailgrid.language.expressions.scope import Scope
from mailgrid.language.expressions.show import show, show_name
from mailgrid.language.suggest import nearest

__all__ = ["LetValue", "Names"]

LetValue = ast.Literal | tuple[ast.Literal, ...] | str

#: A header of at most this many columns is listed whole in a message.
_LISTED = 20
_YES_NO = {"yes": "true", "y": "true", "on": "true", "no": "false", "n": "false", "off": "false"}
_NULLS = frozenset({"null", "nil", "none"})
_MINUS = re.compile(r"(?P<left>\w+)-(?P<right>\w+)", re.ASCII)


class Names:
    """Finds what a name stands for; reports one that stands for nothing, or for two things.

    Args:
        scope: the columns and `let`s that there are.
        diagnostics: where mistakes are noted.
    """

    def __init__(self, scope: Scope, diagnostics: Diagnostics) -> None:
        self._scope = scope
        self._diagnostics = diagnostics
        self._columns = {column.name: column for column in reversed(scope.columns)}

    def find(self, node: ast.Column, beside: ast.Operand | None = None) -> hookspecs.Column | LetValue | None:
        """Return the column or the value, or None when the name was reported as neither.

        `beside` is the operand that the name is compared with, where a text in quotes could have been meant.
        """
        column = self._columns.get(node.name)
        let = None if node.quoted else self._scope.lets.get(node.name)
        if column and let is not None:
            self._diagnostics.add("MG208", node.span, found=node.name)
        if column or let is not None:
            return column or let
        suggestion, edit = self._suggest(node, beside)
        self._diagnostics.add(
            "MG301" if self._scope.complete else "W311",
            node.span,
            notes=self._notes(),
            edit=edit,
            source=self._scope.source,
            found=node.name,
            suggestion=suggestion,
        )
        return None if self._scope.complete else hookspecs.Column(name=node.name)

    def column(self, name: str) -> hookspecs.Column | None:
        """Return the column of that name, if there is one."""
        return self._columns.get(name)

    def _notes(self) -> tuple[Note, ...]:
        names = [show_name(column.name) for column in self._scope.columns]
        return (Note(f"columns: {', '.join(names)}"),) if 0 < len(names) <= _LISTED else ()

    def _suggest(self, node: ast.Column, beside: ast.Operand | None) -> tuple[str, Edit | None]:
        """Return what to write instead, in words and as a change, from the surest guess to none."""
        if same := self._same_but_for_case(node.name):
            written = show_name(same)
            return f"the header has it as {_code(written)}", Edit(node.span, written)
        if beside is not None and (truth := _YES_NO.get(node.name.lower())) and isinstance(beside, ast.Column):
            name = show(beside)
            short = name if truth == "true" else f"not {name}"
            return f"write `{short}`, or `{name} = {truth}`", Edit(node.span, truth)
        if isinstance(beside, ast.Column) and node.name.lower() in _NULLS:
            return f"there is no `{node.name}` here: write `{show(beside)} is empty`", None
        if difference := self._difference(node.name):
            return f"did you mean `{difference}`?", Edit(node.span, difference)
        if beside is not None:
            text = f'"{node.name}"'
            return f"write it in quotes: `{text}`", Edit(node.span, text)
        if near := nearest(node.name, [*self._columns, *self._scope.lets]):
            return f"did you mean {_code(show_name(near))}?", Edit(node.span, show_name(near))
        return "", None

    def _same_but_for_case(self, name: str) -> str | None:
        wanted = _bare(name)
        return next((column for column in self._columns if _bare(column) == wanted), None)

    def _difference(self, name: str) -> str | None:
        """Return `balance - 5` for `balance-5`, which is one name."""
        found = _MINUS.fullmatch(name)
        known = {*self._columns, *self._scope.lets}
        if found and found["left"] in known and (found["right"] in known or found["right"].isdigit()):
            return f"{found['left']} - {found['right']}"
        return None


def _bare(name: str) -> str:
    """Return what is left of a name without case, blanks and the signs that stand for blanks."""
    return re.sub(r"[\s_-]+", "", name).casefold()


def _code(written: str) -> str:
    return f"`` {written} ``" if "`" in written else f"`{written}`"

"""The tests of texts and lists: `contains`, `starts with`, `ends with`, `matches`, `is empty`."""

from collections.abc import Callable
from functools import partial

from mailgrid.language import ast
from mailgrid.language.ast import Kind
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.expressions.agreement import Agreement
from mailgrid.language.expressions.cells import is_empty, text_of
from mailgrid.language.expressions.logic import UNKNOWN, Truth
from mailgrid.language.expressions.maker import Maker
from mailgrid.language.expressions.operands import Operands
from mailgrid.language.expressions.patterns import compile_pattern
from mailgrid.language.expressions.relations import Relations
from mailgrid.language.expressions.value import Value, a
from mailgrid.language.expressions.writer import Writer

__all__ = ["Texts", "holds"]

_METHODS = {"starts with": "startswith", "ends with": "endswith"}


def holds(cell: object, wanted: str, *, fold: bool = False, whole: bool = False) -> bool:
    """Whether a list has an item, or a text a part, that is `wanted`; `whole`: the text itself, `fold`: in any case."""
    if isinstance(cell, list | tuple | set | frozenset):
        return any(_folded(item, fold=fold) == wanted.strip() for item in cell)
    text = _folded(cell, fold=fold)
    return text == wanted.strip() if whole else wanted in text


def _folded(cell: object, *, fold: bool) -> str:
    text = str(text_of(cell))
    return text.casefold() if fold else text


class Texts:
    """Makes the Truth of tests that look into a text.

    Args:
        operands: makes the operands' values.
        maker: reads them as texts.
        relations: knows where the answer is unknown.
        agreement: refuses what is no text.
        writer: where the Python is written.
        diagnostics: where mistakes are noted.
    """

    def __init__(
        self,
        operands: Operands,
        maker: Maker,
        relations: Relations,
        agreement: Agreement,
        writer: Writer,
        diagnostics: Diagnostics,
    ) -> None:
        self._operands = operands
        self._maker = maker
        self._relations = relations
        self._agreement = agreement
        self._writer = writer
        self._diagnostics = diagnostics
        self._empty = writer.constant(is_empty)

    def text_test(self, test: ast.TextTest) -> Truth:
        """`left contains right` and its like; nothing contains the empty text."""
        left = self._operands(test.left)
        right = self._operands(test.right, None if isinstance(test.left, ast.Literal) else test.left)
        if left is None or right is None or not self._is_text(test.operator, right):
            return UNKNOWN
        wanted = self._relations.text(right, fold=test.fold)
        if test.operator == "contains" and left.kind in (None, Kind.LIST):
            return self.holds(left, wanted, fold=test.fold)
        if not self._is_text(test.operator, left):
            return UNKNOWN
        text = self._relations.text(left, fold=test.fold)
        body = "{1} in {0}" if test.operator == "contains" else f"{{0}}.{_METHODS[test.operator]}({{1}})"
        return self._wanting(text, wanted, f"({body})".format)

    def holds(self, left: Value, wanted: Value, *, fold: bool, whole: bool = False) -> Truth:
        """Return the Truth of a cell that may be a list having an item, or of one that is text."""
        act = self._writer.constant(partial(holds, fold=fold, whole=whole))
        body = f"{act}({{0}}, {{1}})"
        if left.raw and left.kind is None and not whole:
            fast = f"{{0}}.strip(){'.casefold()' if fold else ''}"
            body = f"({{1}} in {fast} if {{0}}.__class__ is str else {body})"
        return self._wanting(left, wanted, body.format)

    def matches(self, test: ast.Matches) -> Truth:
        """`left matches /pattern/`, found anywhere in the text."""
        left, pattern = self._operands(test.left), compile_pattern(test, self._diagnostics)
        if left is None or pattern is None or not self._is_text("matches", left):
            return UNKNOWN
        search = self._writer.constant(pattern.search)
        return self._relations.guarded([self._maker.read(left, Kind.TEXT)], f"({search}({{}}) is not None)".format)

    def emptiness(self, test: ast.Emptiness) -> Truth:
        """`value is empty`."""
        value = self._operands(test.value)
        if value is None:
            return UNKNOWN
        body = f"{self._empty}({{0}})"
        if value.raw:
            body = f"(not {{0}}.strip() if {{0}}.__class__ is str else {body})"
        return self._relations.guarded([value], body.format)

    def bare(self, node: ast.Operand) -> Truth:
        """Return the Truth of an operand that stands alone: yes or no by itself, empty is no."""
        value = self._operands(node)
        if value is None:
            return UNKNOWN
        if value.kind not in (None, Kind.YES_NO):
            self._maker.wrong_kind(node, "a test by itself", "yes/no", a(value.kind), "compare it with something")
            return UNKNOWN
        return self._relations.guarded([self._maker.read(value, Kind.YES_NO)], "({} is True)".format)

    def _wanting(self, left: Value, wanted: Value, body: Callable[..., str]) -> Truth:
        """Return the Truth of `body`, which is no where nothing is wanted."""
        if wanted.constant:
            wanted = self._maker.constant(wanted.node, Kind.TEXT, wanted.exact)
            return self._relations.guarded([left, wanted], body if wanted.value else "False".format)
        name = self._writer.temporary()
        return self._relations.guarded([left, wanted], lambda x, y: f'(({name} := {y}) != "" and {body(x, name)})')

    def _is_text(self, operator: str, value: Value) -> bool:
        if value.kind in (None, Kind.TEXT):
            return True
        self._agreement.wants_text(operator, value)
        return False

"""The tests with `in`: a written list, a `let`, the lines of a file, the keys of a source, a list column."""

from collections.abc import Sequence

from mailgrid.errors import SourceError
from mailgrid.language import ast
from mailgrid.language.ast import Kind
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.expressions.agreement import Agreement
from mailgrid.language.expressions.logic import UNKNOWN, Truth
from mailgrid.language.expressions.maker import Maker
from mailgrid.language.expressions.operands import Operands
from mailgrid.language.expressions.relations import Relations
from mailgrid.language.expressions.scope import Scope
from mailgrid.language.expressions.show import show
from mailgrid.language.expressions.texts import Texts
from mailgrid.language.expressions.value import Value, a
from mailgrid.language.suggest import nearest

__all__ = ["Keys", "Membership"]


class Keys(frozenset[str]):
    """The keys of a source. An address is kept in lower case there, so it is found in any case."""

    def __contains__(self, text: object) -> bool:
        return super().__contains__(text) or (isinstance(text, str) and super().__contains__(text.lower()))


class Membership:
    """Makes the Truth of `left in choices`.

    Args:
        scope: the `let`s, files and sources.
        operands: makes the operands' values.
        maker: reports operands of a wrong kind.
        relations: compares values.
        agreement: finds the kind in common.
        texts: looks into list columns.
        diagnostics: where mistakes are noted.
    """

    def __init__(
        self,
        scope: Scope,
        operands: Operands,
        maker: Maker,
        relations: Relations,
        agreement: Agreement,
        texts: Texts,
        diagnostics: Diagnostics,
    ) -> None:
        self._scope = scope
        self._operands = operands
        self._maker = maker
        self._relations = relations
        self._agreement = agreement
        self._texts = texts
        self._diagnostics = diagnostics

    def __call__(self, test: ast.Among) -> Truth:
        """Return the test's Truth; UNKNOWN when it was reported."""
        left = self._operands(test.left)
        match test.choices:
            case ast.Tuple(items=items) | ast.List(items=items):
                return self._written(test, left, [_operand(item) for item in items])
            case ast.Column() as name:
                return self._named(test, left, name)
            case ast.Call() as call:
                return self._lines(test, left, call)

    def _written(self, test: ast.Among, left: Value | None, items: Sequence[ast.Operand | None]) -> Truth:
        beside = None if isinstance(test.left, ast.Literal) else test.left
        values = [self._operands(item, beside) for item in items if item is not None]
        known = [value for value in values if value is not None]
        if left is None or len(known) < len(items):
            return UNKNOWN
        choices = [(value, self._agreement("=", left, value)) for value in known]
        agreed = [(value, kind) for value, kind in choices if kind is not None]
        other = next(((value, kind) for value, kind in agreed if kind is not Kind.TEXT), None)
        if test.fold and other:
            self._maker.wrong_kind(other[0].node, "ignoring case", "texts", a(other[1]))
        return self._relations.equals_any(left, agreed, fold=test.fold) if len(agreed) == len(choices) else UNKNOWN

    def _named(self, test: ast.Among, left: Value | None, name: ast.Column) -> Truth:
        let = None if name.quoted else self._scope.lets.get(name.name)
        if isinstance(let, tuple):
            return self._written(test, left, let)
        if let is not None:
            self._maker.wrong_kind(name, "in", "a list", "one value", f"write `= {show(name)}`")
            return UNKNOWN
        if not name.quoted and (keys := self._scope.keys_of(name.name)) is not None:
            return self._texts_of(test, left, keys if test.fold else Keys(keys))
        return self._column(test, left, name)

    def _column(self, test: ast.Among, left: Value | None, name: ast.Column) -> Truth:
        column = self._operands.names.column(name.name)
        if column is None and self._scope.complete:
            self._unknown(name)
            return UNKNOWN
        value = self._operands(name)
        if left is None or value is None or not self._is_text(left):
            return UNKNOWN
        if value.kind not in (None, Kind.LIST):
            self._maker.wrong_kind(name, "in", "a list", a(value.kind), f"write `= {show(name)}`")
            return UNKNOWN
        return self._texts.holds(value, self._relations.text(left, fold=test.fold), fold=test.fold, whole=True)

    def _lines(self, test: ast.Among, left: Value | None, call: ast.Call) -> Truth:
        if call.name != "lines":
            value = self._operands(call)
            if value is not None:
                self._maker.wrong_kind(call, "in", "a list", a(value.kind), f"write `({show(call)})`")
            return UNKNOWN
        calls = self._operands.calls
        path = calls.literal_text(call, 0) if calls.fits(call, 1, 1) else None
        if path is None:
            return UNKNOWN
        try:
            return self._texts_of(test, left, self._scope.read_lines(path))
        except SourceError as error:
            self._diagnostics.add("MG403", call.span, hint=error.hint, reason=error.message)
            return UNKNOWN

    def _texts_of(self, test: ast.Among, left: Value | None, texts: frozenset[str]) -> Truth:
        if left is None or not self._is_text(left):
            return UNKNOWN
        # A blank line, or a row without a key, is no choice that anybody wrote down.
        wanted = [text.casefold() if test.fold else text for text in map(str.strip, texts) if text]
        return self._relations.member(
            left, Kind.TEXT, Keys(wanted) if isinstance(texts, Keys) else frozenset(wanted), fold=test.fold
        )

    def _is_text(self, left: Value) -> bool:
        if left.kind in (None, Kind.TEXT):
            return True
        self._agreement.wants_text("in", left)
        return False

    def _unknown(self, name: ast.Column) -> None:
        lists = [let for let, value in self._scope.lets.items() if isinstance(value, tuple)]
        near = nearest(name.name, lists)
        suggestion = f"did you mean `{near}`?" if near else 'write a list, like `("a", "b")`, or `let` one'
        self._diagnostics.add("MG314", name.span, found=name.name, suggestion=suggestion)


def _operand(item: ast.Node) -> ast.Operand | None:
    """Return an item of a list as an operand; a bare word is a name."""
    if isinstance(item, ast.Word):
        return ast.Column(item.span, item.name, quoted=item.quoted)
    return item if isinstance(item, ast.Operand) else None

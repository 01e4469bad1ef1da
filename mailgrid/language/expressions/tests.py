"""The elementary tests of a condition that compare values, checked and turned into Python."""

from mailgrid.language import ast
from mailgrid.language.ast import Kind
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.expressions.agreement import EQUALITY, Agreement
from mailgrid.language.expressions.logic import UNKNOWN, Truth, all_of, opposite
from mailgrid.language.expressions.maker import Maker
from mailgrid.language.expressions.membership import Membership
from mailgrid.language.expressions.operands import Operands
from mailgrid.language.expressions.relations import Relations
from mailgrid.language.expressions.show import show
from mailgrid.language.expressions.texts import Texts
from mailgrid.language.expressions.value import Value, a
from mailgrid.language.expressions.writer import Writer

__all__ = ["Tests"]


class Tests:
    """Makes the Truth of an elementary test, or reports why it makes no sense.

    Args:
        operands: makes the operands' values.
        maker: reports operands of a wrong kind.
        relations: compares values.
        agreement: finds the kind in common.
        texts: the tests of texts and lists.
        membership: the tests with `in`.
        writer: where the Python is written.
        diagnostics: where mistakes are noted.
    """

    def __init__(
        self,
        *,
        operands: Operands,
        maker: Maker,
        relations: Relations,
        agreement: Agreement,
        texts: Texts,
        membership: Membership,
        writer: Writer,
        diagnostics: Diagnostics,
    ) -> None:
        self._operands = operands
        self._maker = maker
        self._relations = relations
        self._agreement = agreement
        self._texts = texts
        self._membership = membership
        self._writer = writer
        self._diagnostics = diagnostics

    def __call__(self, test: ast.Expr) -> Truth:
        """Return the test's Truth; UNKNOWN when it was reported."""
        truth = self._positive(test)
        negated = getattr(test, "negated", False)
        return opposite(truth, self._writer) if negated else truth

    def _positive(self, test: ast.Expr) -> Truth:
        match test:
            case ast.Compare():
                return self._compare(test)
            case ast.Between():
                return self._between(test)
            case ast.Among():
                return self._membership(test)
            case ast.TextTest():
                return self._texts.text_test(test)
            case ast.Matches():
                return self._texts.matches(test)
            case ast.Emptiness():
                return self._texts.emptiness(test)
            case ast.Literal() | ast.Column() | ast.Call() | ast.Add() | ast.Neg():
                return self._texts.bare(test)
        return UNKNOWN

    def _compare(self, test: ast.Compare) -> Truth:
        expects_column = test.operator not in EQUALITY or isinstance(test.left, ast.Literal)
        left, right = self._operands(test.left), self._operands(test.right, None if expects_column else test.left)
        if left is None or right is None:
            return UNKNOWN
        kind = self._agreement(test.operator, left, right)
        if kind is None:
            return UNKNOWN
        if test.fold and kind is not Kind.TEXT:
            wrong = left if left.kind else right
            self._maker.wrong_kind(wrong.node, "ignoring case", "texts", a(kind))
        self._warn(test, left, right, kind)
        return self._relations.relation(test.operator, left, right, kind, fold=test.fold)

    def _warn(self, test: ast.Compare, left: Value, right: Value, kind: Kind) -> None:
        """Say where an untyped or a typed text is compared in a way that a number might have been meant."""
        if kind is not Kind.TEXT or left.constant or right.constant:
            return
        if left.kind is None and right.kind is None:
            left_text, right_text = show(test.left), show(test.right)
            self._diagnostics.add("W306", test.span, left=left_text, right=right_text, operator=test.operator)
        elif test.operator not in EQUALITY:
            self._diagnostics.add("W307", test.span)

    def _between(self, test: ast.Between) -> Truth:
        """Return the Truth of being at least `low` and at most `high`."""
        value, low, high = (self._operands(node) for node in (test.value, test.low, test.high))
        if value is None or low is None or high is None:
            return UNKNOWN
        pairs = [(value, low), (value, high)] if value.kind else [(low, high)]
        kinds = [self._agreement("between", left, right) for left, right in pairs]
        if None in kinds:
            return UNKNOWN
        kind = kinds[0] or Kind.TEXT
        first = self._relations.relation(">=", value, low, kind)
        last = (
            self._relations.until(value, high)
            if kind is Kind.DATE
            else self._relations.relation("<=", value, high, kind)
        )
        return all_of([first, last], self._writer)

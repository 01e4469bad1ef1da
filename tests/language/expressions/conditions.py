"""Invents conditions, as trees, and rows for them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mailgrid.language import ast
from mailgrid.language.ast import Kind
from mailgrid.language.text import Span, Text

NOWHERE = Span(Text("where", ""), 0, 0)
COLUMNS = ("a", "b", "c")

TEXTS = ["FR", "fr", " FR", "", "  ", "a@Acme.com", "x", "18", "yes", "straße", 'quo"te']
NUMBERS = ["18", " 18.0", "-3.5", "1 000", "+7", "30", "0", "1e5", "thirty", "9" * 25]
DATES = ["2026-04-20", "2026-05-01", "2026-04-20T10:00", "2026-04-20 00:00", "2024-02-29", "20/04/2026", "9999-12-31"]
TRUTHS = ["yes", "NO", "t", "0", "maybe"]

cells = st.sampled_from(TEXTS + NUMBERS + DATES + TRUTHS) | st.text(max_size=4)
rows = st.fixed_dictionaries(dict.fromkeys(COLUMNS, cells))


def literal(value: ast.Value, kind: Kind) -> ast.Literal:
    return ast.Literal(NOWHERE, kind, value)


def call(name: str, *arguments: ast.Operand) -> ast.Call:
    return ast.Call(NOWHERE, name, arguments, NOWHERE)


columns = st.sampled_from(COLUMNS).map(lambda name: ast.Column(NOWHERE, name))
texts = st.sampled_from(TEXTS).map(lambda text: literal(text, Kind.TEXT))
durations = st.integers(0, 400).map(lambda days: literal(timedelta(days=days), Kind.DURATION))
plain_numbers = st.sampled_from(["0", "7", "18", "3.5", "1000", "9" * 25]).map(
    lambda n: literal(Decimal(n), Kind.NUMBER)
)
days = st.sampled_from([date(2026, 4, 20), date(2026, 5, 1), date(2024, 2, 29)]).map(lambda d: literal(d, Kind.DATE))
moments = st.sampled_from([datetime(2026, 4, 20), datetime(2026, 4, 20, 10, tzinfo=UTC)]).map(  # noqa: DTZ001 - in UTC
    lambda moment: literal(moment, Kind.DATETIME)
)
NOTHING = call("today")


def _texts(inner: SearchStrategy[ast.Operand]) -> SearchStrategy[ast.Operand]:
    names = st.sampled_from(["lower", "upper", "trim", "domain", "local"])
    return st.builds(call, names, inner) | st.builds(lambda a, b: call("coalesce", a, b), columns, inner)


def _numbers(inner: SearchStrategy[ast.Operand]) -> SearchStrategy[ast.Operand]:
    signs = st.sampled_from("+-")
    return st.builds(lambda a, sign, b: ast.Add(NOWHERE, a, sign, b), inner, signs, numbers_of_texts | plain_numbers)


text_operands: SearchStrategy[ast.Operand] = st.recursive(columns | texts, _texts, max_leaves=3)
numbers_of_texts: SearchStrategy[ast.Operand] = st.builds(call, st.sampled_from(["length", "number"]), text_operands)
_of_days = st.sampled_from(["days_since", "days_until", "year", "month", "day", "weekday", "age"])
dates: SearchStrategy[ast.Operand] = st.one_of(
    days,
    moments,
    st.builds(call, st.just("date"), columns),
    st.builds(lambda by: ast.Add(NOWHERE, NOTHING, "-", by), durations),
    st.builds(lambda column, by: ast.Add(NOWHERE, column, "+", by), columns, durations),
)
numbers: SearchStrategy[ast.Operand] = st.recursive(
    st.one_of(
        plain_numbers,
        plain_numbers.map(lambda number: ast.Neg(NOWHERE, number)),
        numbers_of_texts,
        st.builds(call, _of_days, dates | columns),
        st.builds(lambda column, number: call("coalesce", column, number), columns, plain_numbers),
    ),
    _numbers,
    max_leaves=3,
)
_equal = st.sampled_from(["=", "!="])
_any = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
_flags = st.booleans()


def _comparisons(operand: SearchStrategy[ast.Operand], operators: SearchStrategy[str]) -> SearchStrategy[ast.Expr]:
    left = columns | operand
    among = st.builds(
        lambda a, items, negated: ast.Among(NOWHERE, a, ast.Tuple(NOWHERE, tuple(items)), negated),
        left,
        st.lists(operand, min_size=1, max_size=3),
        _flags,
    )
    between = st.builds(lambda a, low, high, no: ast.Between(NOWHERE, a, low, high, no), left, operand, operand, _flags)
    compare = st.builds(lambda a, operator, b: ast.Compare(NOWHERE, a, operator, b), left, operators, operand)
    return compare | among | between


tests: SearchStrategy[ast.Expr] = st.one_of(
    columns,
    _comparisons(text_operands, _any),
    _comparisons(numbers, _any),
    _comparisons(dates, _any | st.sampled_from(["before", "after"])),
    st.builds(lambda a, op, b: ast.Compare(NOWHERE, a, op, b, fold=True), text_operands, _any, text_operands),
    st.builds(
        lambda a, op, b: ast.Compare(NOWHERE, a, op, b),
        columns,
        _equal,
        st.booleans().map(lambda value: literal(value, Kind.YES_NO)),
    ),
    st.builds(
        lambda a, op, b, negated, fold: ast.TextTest(NOWHERE, a, op, b, negated, fold),
        text_operands,
        st.sampled_from(["contains", "starts with", "ends with"]),
        text_operands,
        _flags,
        _flags,
    ),
    st.builds(
        lambda a, pattern, flags, negated: ast.Matches(NOWHERE, a, pattern, flags, NOWHERE, negated),
        text_operands,
        st.sampled_from(["^F", "r$", "[0-9]+", "^$", "a|@"]),
        st.sampled_from(["", "i"]),
        _flags,
    ),
    st.builds(lambda a, negated: ast.Emptiness(NOWHERE, a, negated), text_operands | numbers | dates, _flags),
)
conditions: SearchStrategy[ast.Expr] = st.recursive(
    tests,
    lambda inner: st.one_of(
        inner.map(lambda part: ast.Not(NOWHERE, part)),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: ast.And(NOWHERE, tuple(parts))),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: ast.Or(NOWHERE, tuple(parts))),
    ),
    max_leaves=8,
)

"""From a condition's tree to a Match, or to every Diagnostic at once."""

from mailgrid.language import ast
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.expressions.agreement import Agreement
from mailgrid.language.expressions.calendar import Calendar
from mailgrid.language.expressions.cells import Cells
from mailgrid.language.expressions.dates import DateForm
from mailgrid.language.expressions.logic import UNKNOWN, Truth, all_of, any_of, opposite
from mailgrid.language.expressions.maker import Maker
from mailgrid.language.expressions.match import Asked, Match
from mailgrid.language.expressions.membership import Membership
from mailgrid.language.expressions.operands import Operands
from mailgrid.language.expressions.relations import Relations
from mailgrid.language.expressions.scope import Scope
from mailgrid.language.expressions.simple import simple_tests
from mailgrid.language.expressions.tests import Tests
from mailgrid.language.expressions.texts import Texts
from mailgrid.language.expressions.writer import Writer
from mailgrid.value import value

__all__ = ["Compiled", "compile_where"]


@value
class Compiled:
    """A condition that was checked: `match` answers for rows; it is None when the diagnostics hold an error."""

    diagnostics: Diagnostics
    match: Match | None


def compile_where(condition: ast.Expr | None, scope: Scope) -> Compiled:
    """Check a condition and compile it. None, where nothing was written, matches every row."""
    diagnostics = Diagnostics()
    form = _date_form(scope, diagnostics)
    match = _Conditions(scope, form, diagnostics).match(condition)
    return Compiled(diagnostics, None if diagnostics.errors else match)


def _date_form(scope: Scope, diagnostics: Diagnostics) -> DateForm | None:
    try:
        return DateForm(scope.dates) if scope.dates else None
    except ValueError:
        diagnostics.add("MG310", None, found=scope.dates)
        return None


class _Conditions:
    """Joins the tests of one condition and of the segments that it uses."""

    def __init__(self, scope: Scope, form: DateForm | None, diagnostics: Diagnostics) -> None:
        self._scope = scope
        self._done: dict[str, Truth] = {}
        self._asked: list[Asked] = []
        self._writer = writer = Writer()
        calendar = Calendar(scope.now, scope.zone)
        cells = Cells(calendar, form, scope.decimal)
        maker = Maker(writer, cells, diagnostics)
        operands = Operands(scope, maker, diagnostics, calendar, cells)
        relations = Relations(maker, writer, calendar)
        agreement = Agreement(scope.source, maker, calendar, diagnostics)
        texts = Texts(operands, maker, relations, agreement, writer, diagnostics)
        self._tests = Tests(
            operands=operands,
            maker=maker,
            relations=relations,
            agreement=agreement,
            texts=texts,
            membership=Membership(scope, operands, maker, relations, agreement, texts, diagnostics),
            writer=writer,
            diagnostics=diagnostics,
        )

    def match(self, condition: ast.Expr | None) -> Match:
        """Return the Match of the whole condition."""
        truth = self._truth(condition) if condition else Truth("True", unknown=False)
        call = self._writer.function(truth.code)
        simple = simple_tests(condition, self._scope.columns)
        return Match(condition, self._writer, call, self._asked, self._scope, simple)

    def _truth(self, condition: ast.Expr) -> Truth:
        match condition:
            case ast.Or(parts=parts):
                return any_of([self._truth(part) for part in parts], self._writer)
            case ast.And(parts=parts):
                return all_of([self._truth(part) for part in parts], self._writer)
            case ast.Not(part=part):
                return opposite(self._truth(part), self._writer)
            case ast.Segment(name=name):
                return self._segment(name)
            case ast.RuleFile(condition=inner):
                return self._truth(inner)
        truth = self._tests(condition)
        shallow = Truth(self._writer.shallow(truth.code), truth.unknown)
        self._asked.append(Asked(condition, shallow.code))
        return shallow

    def _segment(self, name: str) -> Truth:
        """Return the Truth of a segment, written once as a function; of one that leads back to itself, UNKNOWN."""
        if name not in self._done:
            self._done[name] = UNKNOWN
            if name in self._scope.segments:
                truth = self._truth(self._scope.segments[name])
                self._done[name] = Truth(self._writer.function(truth.code), truth.unknown)
        return self._done[name]

"""Condition errors: mistakes in a `where`, told from the tokens around the unexpected one."""

from mailgrid.language.diagnostics import Edit, Note
from mailgrid.language.foreign_words import FOREIGN_RULES
from mailgrid.language.layout import NEWLINE, OPERATORS, Token
from mailgrid.language.mistake import Finding, Mistake, Repair, Rule
from mailgrid.language.text import Span

__all__ = ["CONDITION_RULES", "LAST_CONDITION_RULES"]

_ENDS = frozenset({NEWLINE, "RPAR", "RSQB", "LBRACE", "COMMA", "AND", "OR"})
_JOINERS = frozenset({"AND", "OR"})
_COMPARISONS = frozenset({"EQ", "CMP", "WHEN"})
_TESTS = _COMPARISONS | frozenset(["CONTAINS", "STARTS", "ENDS", "MATCHES", "BETWEEN", "IN", "IS"])
_WORDS = frozenset(
    {"WITH", "EMPTY", "IS", "BETWEEN", "CONTAINS", "STARTS", "ENDS", "MATCHES", "WHEN", "IN", "NOT"}
    | {"LET", "IMPORT", "TRUE", "FALSE"}
)
_CLOSING = {"LPAR": ")", "LSQB": "]"}


def _nothing_on_the_left(mistake: Mistake) -> Finding | None:
    """`where and b`, `a and or b`."""
    if mistake.token.type in _JOINERS and mistake.previous.type in {"WHERE", "LPAR", "NOT", *_JOINERS}:
        return Finding("MG113", mistake.span, {"found": mistake.token.text})
    return None


def _operator_without_left(mistake: Mistake) -> Finding | None:
    """`and = "x"`, `(>= 5)`, `a = < 5`."""
    if mistake.token.type not in _TESTS | {"PLUS"}:
        return None
    if mistake.previous.type in {"WHERE", "LPAR", "COMMA", "LSQB", *OPERATORS}:
        return Finding("MG113", mistake.span, {"found": mistake.token.text}, "write a column or a value before it")
    return None


def _test_in_brackets(mistake: Mistake) -> Finding | None:
    """`country = ("FR" or "BE")`, `lower(city != "x"`: brackets around values hold no test."""
    token = mistake.token
    if token.type not in _TESTS | _JOINERS | {"IGNORING_CASE", "WITH"} or "RPAR" not in mistake.accepts:
        return None
    if not mistake.brackets:
        return None
    bracket = mistake.brackets[-1]
    if not any(other.type == "RPAR" for other in mistake.rest):
        end = Span(mistake.text, mistake.previous.end, mistake.previous.end)
        return Finding("MG111", bracket.span(mistake.text), {"found": "(", "closing": ")"}, edit=Edit(end, ")"))
    hint = "close the bracket before it; values are separated by commas"
    before = mistake.line[: mistake.line.index(bracket)]
    if token.type == "OR" and before[-1:] and before[-1].type == "EQ":
        hint = f"write `{mistake.source(*before[-2:-1])} in ({mistake.previous.text}, {mistake.operand(mistake.rest)})`"
    return Finding("MG104", mistake.span, {"found": token.text}, hint)


def _with_alone(mistake: Mistake) -> Finding | None:
    """`email with ".test"`."""
    if mistake.token.type != "WITH" or not mistake.after_operand:
        return None
    return Finding("MG104", mistake.span, {"found": mistake.token.text, "instead": "`starts with` or `ends with`"})


def _empty_brackets(mistake: Mistake) -> Finding | None:
    """`in ()`."""
    if mistake.token.type != "RPAR" or mistake.previous.type != "LPAR":
        return None
    span = mistake.cover(mistake.previous, mistake.token)
    if len(mistake.line) > 1 and mistake.line[-2].type == "IN":
        return _wants(span, "in", 'at least one value in the brackets, like `("FR", "BE")`')
    return Finding("MG109", span, {"found": "("}, "write a test between the brackets, or remove them")


def _between_one_end(mistake: Mistake) -> Finding | None:
    """`age between 18`, `age between 18, 65`, `age between (18, 65)`."""
    test = mistake.test
    if not any(token.type == "BETWEEN" for token in test):
        test = mistake.line
    starts = [index for index, token in enumerate(test) if token.type == "BETWEEN"]
    if not starts:
        return None
    between, *low = test[starts[-1] :]
    bracketed = bool(low) and low[0].type == "LPAR" and mistake.token.type == "COMMA"
    one_end = "AND" in mistake.accepts and "OR" not in mistake.accepts
    if not (one_end or bracketed or (not low and mistake.token.type in _ENDS)):
        return None
    first = mistake.source(*low[bracketed:]) if low[bracketed:] else "18"
    edit = None
    if mistake.token.type == "COMMA" and not bracketed:
        edit = Edit(mistake.span, " and")
    last = low[-1] if low else between
    return Finding("MG110", mistake.cover(between, last), {"low": first}, edit=edit)


def _stops_after_operator(mistake: Mistake) -> Finding | None:
    """`where a and`, `where a =`."""
    previous = mistake.previous
    if mistake.token.type not in _ENDS or previous.type not in {"WHERE", *OPERATORS}:
        return None
    return Finding("MG109", previous.span(mistake.text), {"found": mistake.source(previous)})


def _bracket_never_closed(mistake: Mistake) -> Finding | None:
    """`where (a or b` at the end of a line, or closed by a bracket of the other sort."""
    if mistake.token.type not in {NEWLINE, "LBRACE", "WHERE", "RPAR", "RSQB"} or not mistake.brackets:
        return None
    bracket = mistake.brackets[-1]
    facts = {"found": bracket.text, "closing": _CLOSING[bracket.type]}
    notes: tuple[Note, ...] = ()
    if mistake.token.type in {"RPAR", "RSQB"}:
        notes = (Note(f"`{mistake.token.text}` stands here instead", mistake.span),)
    elif mistake.text.position(bracket.start)[0] != mistake.text.position(mistake.previous.start)[0]:
        notes = (Note("the statement ends here", mistake.previous.span(mistake.text)),)
    end = Span(mistake.text, mistake.previous.end, mistake.previous.end)
    edit = None if notes else Edit(end, _CLOSING[bracket.type] * _open_of(mistake, bracket.type))
    return Finding("MG111", bracket.span(mistake.text), facts, notes=notes, edit=edit)


def _open_of(mistake: Mistake, kind: str) -> int:
    """Count the innermost open brackets of one sort."""
    count = 0
    for bracket in reversed(mistake.brackets):
        if bracket.type != kind:
            break
        count += 1
    return count


def _two_operators(mistake: Mistake) -> Finding | None:
    """`18 <= age < 65`, `a = b = c`."""
    token, test = mistake.token, mistake.test
    first = next((index for index, before in enumerate(test) if before.type in _TESTS), None)
    if token.type not in _TESTS or first is None or "OR" not in mistake.accepts:
        return None
    left, middle = test[:first], test[first + 1 :]
    if not (left and middle and token.type in _COMPARISONS and test[first].type in _COMPARISONS):
        return Finding("MG106", mistake.span, {}, "for two tests join them with `and`")
    low, high = mistake.source(*left), mistake.operand(mistake.rest) or "..."
    if token.text.startswith(">"):
        low, high = high, low
    return Finding("MG106", mistake.span, {"value": mistake.source(*middle), "low": low, "high": high})


def _equals_empty(mistake: Mistake) -> Finding | None:
    """`plan = empty`, `plan empty`, `plan not empty`."""
    token, previous = mistake.token, mistake.previous
    if token.type != "EMPTY":
        return None
    if previous.type == "NOT" and len(mistake.test) > 1:
        span = mistake.cover(previous, token)
        facts = {"found": span.source, "instead": "`is not empty`"}
        return Finding("MG104", span, facts, edit=Edit(span, "is not empty"))
    word = "is not" if previous.text == "!=" else "is"
    if previous.type in _COMPARISONS:
        is_ = previous.span(mistake.text)
        return Finding("MG104", is_, {"found": previous.text, "instead": f"`{word} empty`"}, edit=Edit(is_, word))
    if not mistake.after_operand:
        return None
    here = Span(mistake.text, token.start, token.start)
    facts = {"missing": "`is`", "found": f"`{token.text}`", "instead": f"{previous.text} is empty"}
    repair = Repair((Token("IS", "is", token.start, token.start),), 0)
    return Finding("MG123", mistake.span, facts, edit=Edit(here, "is "), repair=repair)


def _half_an_operator(mistake: Mistake) -> Finding | None:
    """`tz starts "Europe/"`: `starts` and `ends` need their `with`."""
    token, previous = mistake.token, mistake.previous
    if previous.type not in {"STARTS", "ENDS"} or not mistake.begins_operand:
        return None
    here = Span(mistake.text, token.start, token.start)
    facts = {"missing": "`with`", "found": f"`{token.text}`", "instead": f"{previous.text} with {token.text}"}
    repair = Repair((Token("WITH", "with", token.start, token.start),), 0)
    return Finding("MG123", mistake.span, facts, edit=Edit(here, "with "), repair=repair)


def _wrong_right_side(mistake: Mistake) -> Finding | None:
    """`country in "FR"`, `email matches "x"`, `where in "vip"`."""
    token, previous = mistake.token, mistake.previous
    if previous.type == "MATCHES":
        return _wants(mistake.span, "matches", "a pattern between slashes, like `/@gmail\\.com$/i`")
    if previous.type != "IN" or not mistake.begins_operand:
        return None
    if len(mistake.test) == 1 or mistake.line[-2].type == "NOT":
        return _wants(mistake.span, "in", "the name of a segment, without quotes")
    edit = None
    if mistake.following.type in {NEWLINE, *_JOINERS} and token.type != "LPAR":
        edit = Edit(mistake.span, f"({token.text})")
    return _wants(mistake.span, "in", 'a list like `("FR", "BE")`, or the name of one', edit)


def _not_alone(mistake: Mistake) -> Finding | None:
    """`age not = 18`, `a not b`."""
    if mistake.previous.type != "NOT" or len(mistake.line) < 2:  # noqa: PLR2004 - an operand and `not`
        return None
    span = mistake.cover(mistake.previous, mistake.token)
    if mistake.token.type == "EQ":
        return Finding("MG104", span, {"found": span.source, "instead": "`!=`"}, edit=Edit(span, "!="))
    return None


def _second_where(mistake: Mistake) -> Finding | None:
    if mistake.token.type != "WHERE":
        return None
    if mistake.previous.type == "WHERE":
        edit = Edit(mistake.span, "")
        return Finding(
            "MG104", mistake.span, {"found": mistake.token.text}, "one is enough", edit=edit, repair=Repair()
        )
    fed = Token("AND", "and", mistake.token.start, mistake.token.end)
    facts = {"found": mistake.token.text, "instead": "`and`"}
    return Finding("MG104", mistake.span, facts, edit=Edit(mistake.span, "and"), repair=Repair((fed,)))


def _comma_for_and(mistake: Mistake) -> Finding | None:
    if mistake.token.type != "COMMA" or "AND" not in mistake.accepts:
        return None
    fed = Token("AND", "and", mistake.token.start, mistake.token.end)
    facts = {"found": ",", "instead": "`and` or `or`"}
    return Finding("MG104", mistake.span, facts, repair=Repair((fed,)))


def _sign_out_of_place(mistake: Mistake) -> Finding | None:
    """`tags[0]`, a `{` in the middle of a condition, an `ignoring case` too many."""
    hints = {
        "LSQB": "a list stands after `in`; a name with other characters is written in backticks",
        "LBRACE": "a condition has no block",
        "IGNORING_CASE": "it stands at the end of a test on texts",
        "REGEX": "a pattern stands after `matches`",
        "COMMA": "only brackets after `in` and after a function hold several values",
    }
    if mistake.token.type not in hints:
        return None
    return Finding("MG117", mistake.span, {"found": mistake.token.text}, hints[mistake.token.type])


def _word_as_column(mistake: Mistake) -> Finding | None:
    """`where with = 1`: a word of the language where a column is wanted."""
    token = mistake.token
    if token.type not in _WORDS or not ("NAME" in mistake.accepts or token.type in {"LET", "IMPORT"}):
        return None
    return Finding("MG128", mistake.span, {"found": token.text}, edit=Edit(mistake.span, f"`{token.text}`"))


def _no_operator(mistake: Mistake) -> Finding | None:
    """`where age 18`, `where a = 1 b = 2`."""
    token, previous = mistake.token, mistake.previous
    if not mistake.after_operand and previous.type not in {"EMPTY", "REGEX", "IGNORING_CASE"}:
        return None
    if not mistake.begins_operand and token.type not in {"TRUE", "FALSE", "NOT"}:
        return None
    facts = {"found": token.text, "instead": f"{previous.text} = {token.text}"}
    if "EQ" not in mistake.accepts:
        return Finding("MG114", mistake.span, facts, "join two tests with `and` or `or`")
    return Finding("MG114", mistake.span, facts)


def _wants(span: Span, setting: str, wanted: str, edit: Edit | None = None) -> Finding:
    return Finding("MG204", span, {"setting": setting, "wanted": wanted, "suggestion": ""}, edit=edit)


def _inside(rule: Rule) -> Rule:
    """Restrict a rule to conditions."""
    return lambda mistake: rule(mistake) if mistake.in_condition else None


CONDITION_RULES: tuple[Rule, ...] = (
    _nothing_on_the_left,
    *map(_inside, (_empty_brackets, _between_one_end, _stops_after_operator)),
    _bracket_never_closed,
    *map(_inside, (*FOREIGN_RULES, _not_alone, _operator_without_left)),
    _test_in_brackets,
    *map(
        _inside,
        (
            _with_alone,
            _two_operators,
            _equals_empty,
            _half_an_operator,
            _wrong_right_side,
            _second_where,
            _comma_for_and,
            _word_as_column,
        ),
    ),
)

#: Tried last: nearly everything looks like a missing operator.
LAST_CONDITION_RULES: tuple[Rule, ...] = (_inside(_no_operator), _inside(_sign_out_of_place))

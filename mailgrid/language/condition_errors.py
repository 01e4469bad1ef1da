"""Condition errors: mistakes in a `where`, told from the tokens around the unexpected one."""

from mailgrid.language.bracket_errors import never_closed, nothing_inside, test_inside
from mailgrid.language.diagnostics import Edit
from mailgrid.language.foreign_words import FOREIGN_RULES
from mailgrid.language.layout import NEWLINE, OPERATORS, Token
from mailgrid.language.mistake import Finding, Mistake, Repair, Rule, wants
from mailgrid.language.text import Span
from mailgrid.language.vocabulary import VOCABULARY

__all__ = ["CONDITION_RULES", "LAST_CONDITION_RULES"]

_ENDS = frozenset({NEWLINE, "RPAR", "RSQB", "LBRACE", "COMMA", "AND", "OR"})
_JOINERS = frozenset({"AND", "OR"})
_COMPARISONS = frozenset({"EQ", "CMP", "WHEN"})
_TESTS = _COMPARISONS | frozenset(["CONTAINS", "STARTS", "ENDS", "MATCHES", "BETWEEN", "IN", "IS"])
_WORDS = frozenset(
    {"WITH", "EMPTY", "IS", "BETWEEN", "CONTAINS", "STARTS", "ENDS", "MATCHES", "WHEN", "IN", "NOT"}
    | {"LET", "IMPORT", "TRUE", "FALSE"}
)


def _nothing_on_the_left(mistake: Mistake) -> Finding | None:
    """`where and b`, `a and or b`."""
    if mistake.token.type in _JOINERS and mistake.previous.type in {"WHERE", "LPAR", "NOT", *_JOINERS}:
        return Finding("MG113", mistake.span, {"found": mistake.token.shown})
    return None


def _operator_without_left(mistake: Mistake) -> Finding | None:
    """`and = "x"`, `(>= 5)`, `a = < 5`."""
    if mistake.token.type not in _TESTS | {"PLUS"}:
        return None
    if mistake.previous.type in {"WHERE", "LPAR", "COMMA", "LSQB", *OPERATORS}:
        return Finding("MG113", mistake.span, {"found": mistake.token.shown}, "write a column or a value before it")
    return None


def _with_alone(mistake: Mistake) -> Finding | None:
    """`email with ".test"`."""
    if mistake.token.type != "WITH" or not mistake.after_operand:
        return None
    return Finding("MG104", mistake.span, {"found": mistake.token.shown, "instead": "`starts with` or `ends with`"})


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


def _two_operators(mistake: Mistake) -> Finding | None:
    """`18 <= age < 65`, `a = b = c`."""
    token, test = mistake.token, mistake.test
    first = next((index for index, before in enumerate(test) if before.type in _TESTS), None)
    if token.type not in _TESTS or first is None or "OR" not in mistake.accepts:
        return None
    left, middle = test[:first], test[first + 1 :]
    ordered = {token.text[:1], test[first].text[:1]} <= {"<", ">"}
    if not (left and middle and ordered):
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
    facts = {"missing": "`is`", "found": f"`{token.shown}`", "instead": f"{previous.text} is empty"}
    repair = Repair((Token("IS", "is", token.start, token.start),), 0)
    return Finding("MG123", mistake.span, facts, edit=Edit(here, "is "), repair=repair)


def _half_an_operator(mistake: Mistake) -> Finding | None:
    """`tz starts "Europe/"`: `starts` and `ends` need their `with`."""
    token, previous = mistake.token, mistake.previous
    if previous.type not in {"STARTS", "ENDS"} or not mistake.begins_operand:
        return None
    here = Span(mistake.text, token.start, token.start)
    facts = {"missing": "`with`", "found": f"`{token.shown}`", "instead": f"{previous.text} with {token.shown}"}
    repair = Repair((Token("WITH", "with", token.start, token.start),), 0)
    return Finding("MG123", mistake.span, facts, edit=Edit(here, "with "), repair=repair)


def _wrong_right_side(mistake: Mistake) -> Finding | None:
    """`country in "FR"`, `email matches "x"`, `where in "vip"`."""
    token, previous = mistake.token, mistake.previous
    if previous.type == "MATCHES":
        return wants(mistake.span, "matches", "a pattern between slashes, like `/@gmail\\.com$/i`")
    if previous.type != "IN" or not mistake.begins_operand:
        return None
    if len(mistake.test) == 1 or mistake.line[-2].type == "NOT":
        return wants(mistake.span, "in", "the name of a segment, without quotes")
    edit = None
    if mistake.following.type in {NEWLINE, *_JOINERS} and token.type != "LPAR":
        edit = Edit(mistake.span, f"({token.text})")
    return wants(mistake.span, "in", 'a list like `("FR", "BE")`, or the name of one', edit)


def _not_alone(mistake: Mistake) -> Finding | None:
    """`age not = 18`, `age not "18"`."""
    token, previous = mistake.token, mistake.previous
    if previous.type != "NOT" or len(mistake.test) == 1:
        return None
    span = mistake.cover(previous, token) if token.type == "EQ" else previous.span(mistake.text)
    if token.type == "EQ" or mistake.begins_operand:
        return Finding("MG104", span, {"found": span.source, "instead": "`!=`"}, edit=Edit(span, "!="))
    if token.type == "NOT":
        return Finding("MG104", mistake.span, {"found": token.shown}, "one is enough", edit=Edit(mistake.span, ""))
    return None


def _minus_a_column(mistake: Mistake) -> Finding | None:
    """`balance > -limit`."""
    if mistake.previous.type != "MINUS" or not mistake.begins_operand or mistake.accepts != {"NUMBER", "DURATION"}:
        return None
    span = mistake.cover(mistake.previous, mistake.token)
    return wants(span, "-", f"a number after it; for a column write `0 - {mistake.token.shown}`")


def _second_where(mistake: Mistake) -> Finding | None:
    if mistake.token.type != "WHERE":
        return None
    if mistake.previous.type == "WHERE":
        edit = Edit(mistake.span, "")
        return Finding(
            "MG104", mistake.span, {"found": mistake.token.shown}, "one is enough", edit=edit, repair=Repair()
        )
    fed = Token("AND", "and", mistake.token.start, mistake.token.end)
    facts = {"found": mistake.token.shown, "instead": "`and`"}
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
        "EMPTY": "it stands after `is` and `is not`",
        "COMMA": "only brackets after `in` and after a function hold several values",
    }
    if mistake.token.type not in hints:
        return None
    return Finding("MG117", mistake.span, {"found": mistake.token.shown}, hints[mistake.token.type])


def _word_as_column(mistake: Mistake) -> Finding | None:
    """`where with = 1`: a word of the language where a column is wanted."""
    token = mistake.token
    if token.type not in _WORDS or not ("NAME" in mistake.accepts or token.type in {"LET", "IMPORT"}):
        return None
    return Finding("MG128", mistake.span, {"found": token.shown}, edit=Edit(mistake.span, f"`{token.text}`"))


def _no_operator(mistake: Mistake) -> Finding | None:
    """`where age 18`, `where a = 1 b = 2`."""
    token, previous = mistake.token, mistake.previous
    if not mistake.after_operand and previous.type not in {"EMPTY", "REGEX", "IGNORING_CASE"}:
        return None
    if not mistake.begins_operand and token.type not in {"TRUE", "FALSE", "NOT"}:
        return None
    facts = {"found": token.shown, "instead": f"{previous.shown} = {token.shown}"}
    if _begins_setting(mistake):
        hint = f"`{token.text}` is a setting of its own: begin a new line before it"
        return Finding("MG114", mistake.span, facts, hint)
    if "EQ" not in mistake.accepts:
        return Finding("MG114", mistake.span, facts, "join two tests with `and` or `or`")
    return Finding("MG114", mistake.span, facts)


def _begins_setting(mistake: Mistake) -> bool:
    """Tell whether a setting stands on the condition's line: a word of the language, and a value after it."""
    following = mistake.rest[0].type if mistake.rest else NEWLINE
    return mistake.token.text in VOCABULARY and not mistake.brackets and following not in {*OPERATORS, *_TESTS, *_ENDS}


def _inside(rule: Rule) -> Rule:
    """Restrict a rule to conditions."""
    return lambda mistake: rule(mistake) if mistake.in_condition else None


CONDITION_RULES: tuple[Rule, ...] = (
    _nothing_on_the_left,
    *map(_inside, (nothing_inside, _between_one_end, _stops_after_operator)),
    never_closed,
    *map(_inside, (*FOREIGN_RULES, _not_alone, _operator_without_left)),
    test_inside,
    *map(
        _inside,
        (
            _minus_a_column,
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

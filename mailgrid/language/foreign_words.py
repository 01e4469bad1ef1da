"""Foreign words: what people who know SQL or another language write in a condition, and what is written here."""

from mailgrid.language.diagnostics import Edit
from mailgrid.language.layout import NEWLINE, Token
from mailgrid.language.literals import LITERALS
from mailgrid.language.mistake import Finding, Mistake, Repair, Rule
from mailgrid.language.suggest import nearest

__all__ = ["FOREIGN_RULES"]

_NULLS = frozenset({"null", "nil", "none", "na", "blank", "missing", "undefined"})
_LIKES = frozenset({"like", "ilike"})
_TEXTS = frozenset({"STRING", "RAW_STRING"})
# Word → the operator, and its tokens where the test can be read with it.
_OPERATORS = {
    "equals": ("=", "EQ"),
    "equal": ("=", "EQ"),
    "eq": ("=", "EQ"),
    "ne": ("!=", "CMP"),
    "isnt": ("!=", "CMP"),
    "gt": (">", "CMP"),
    "gte": (">=", "CMP"),
    "ge": (">=", "CMP"),
    "lt": ("<", "CMP"),
    "lte": ("<=", "CMP"),
    "le": ("<=", "CMP"),
    "startswith": ("starts with", ""),
    "endswith": ("ends with", ""),
    "begins": ("starts with", ""),
    "includes": ("contains", "CONTAINS"),
    "contain": ("contains", "CONTAINS"),
    "has": ("contains", "CONTAINS"),
    "regexp": ("matches /.../", ""),
    "regex": ("matches /.../", ""),
    "rlike": ("matches /.../", ""),
    "similar": ("matches /.../", ""),
    "xor": ("(a and not b) or (b and not a)", ""),
}

# What a duration's unit is called, and how it is written; empty where there is none.
_UNITS = {"second": "s", "minute": "m", "hour": "h", "day": "d", "week": "w", "month": "", "year": ""}
_TEST_ENDS = frozenset({"EMPTY", "REGEX", "IGNORING_CASE"})
_WORDS = {
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "IN": "in",
    "IS": "is",
    "BETWEEN": "between",
    "CONTAINS": "contains",
    "STARTS": "starts",
    "ENDS": "ends",
    "MATCHES": "matches",
    "IGNORING_CASE": "ignoring case",
}
_AFTER_NOT = {terminal: word for terminal, word in _WORDS.items() if terminal not in {"AND", "OR", "NOT", "IS"}}


def _null(mistake: Mistake) -> Finding | None:
    """`plan is null`, `plan is not null`."""
    token, line = mistake.token, mistake.line
    negated = mistake.previous.type == "NOT"
    before = line[-2:-1] if negated else line[-1:]
    if token.text.lower() not in _NULLS or not before or before[0].type != "IS":
        return None
    facts = {"found": token.shown, "instead": "is not empty" if negated else "is empty"}
    empty = Token("EMPTY", "empty", token.start, token.end)
    return Finding("MG107", mistake.span, facts, edit=Edit(mistake.span, "empty"), repair=Repair((empty,)))


def _is(mistake: Mistake) -> Finding | None:
    """`plan is "pro"`, `plan is not "pro"`, `plan is in ("pro")`: after `is` only `empty` may follow."""
    line = mistake.line
    negated = mistake.previous.type == "NOT"
    words = line[-2:] if negated else line[-1:]
    if not words or words[0].type != "IS" or mistake.token.type == NEWLINE:
        return None
    span = mistake.cover(words[0], words[-1])
    if mistake.token.type in LITERALS or mistake.token.type in {"NAME", "QUOTED_NAME", "MINUS"}:
        operator = "!=" if negated else "="
        facts = {"found": span.source, "instead": f"`{operator}`"}
        return Finding("MG104", span, facts, edit=Edit(span, operator))
    operator = f"{'not ' if negated else ''}{mistake.token.text}"
    whole = mistake.cover(words[0], mistake.token)
    facts = {"found": whole.source, "instead": f"`{operator}`"}
    return Finding("MG104", whole, facts, edit=Edit(whole, operator))


def _like(mistake: Mistake) -> Finding | None:
    """`city like "Par%"`."""
    token, pattern = mistake.token, mistake.following
    if token.text.lower() not in _LIKES or token.type != "NAME":
        return None
    if pattern.type not in _TEXTS:
        return Finding("MG108", mistake.span, {"found": token.shown, "instead": 'starts with "..."'})
    test = _test_for(pattern.text)
    if not test:
        return Finding("MG108", mistake.span, {"found": token.shown, "instead": "matches /.../"})
    instead = test + (" ignoring case" if token.text.lower() == "ilike" else "")
    facts = {"found": token.shown, "instead": instead}
    # `= "x"` does not take a `not` before it; then the author chooses.
    whole = mistake.cover(token, pattern)
    edit = None if test.startswith("=") and mistake.previous.type == "NOT" else Edit(whole, instead)
    return Finding("MG108", mistake.span, facts, edit=edit)


def _test_for(pattern: str) -> str:
    """Return the test that says the same as a LIKE pattern; empty where there is none."""
    quote, inner = pattern[0], pattern[1:-1]
    core = inner.strip("%")
    if "%" in core or "_" in core or not core:
        return ""
    words = {(False, False): "=", (False, True): "starts with", (True, False): "ends with", (True, True): "contains"}
    return f"{words[inner.startswith('%'), inner.endswith('%')]} {quote}{core}{quote}"


def _foreign_operator(mistake: Mistake) -> Finding | None:
    """`country equals "FR"`."""
    token = mistake.token
    known = _OPERATORS.get(token.text.lower())
    if token.type != "NAME" or not known or not (mistake.after_operand or mistake.previous.type == "NOT"):
        return None
    text, terminal = known
    facts = {"found": token.shown, "instead": f"`{text}`"}
    if not terminal or mistake.previous.type == "NOT":
        return Finding("MG104", mistake.span, facts)
    repair = Repair((Token(terminal, text, token.start, token.end),))
    return Finding("MG104", mistake.span, facts, edit=Edit(mistake.span, text), repair=repair)


def _ignoring(mistake: Mistake) -> Finding | None:
    """`ignoring` without `case`, or `ignore case`."""
    token = mistake.token
    if token.text.lower() not in {"ignoring", "ignore", "nocase", "insensitive"} or not mistake.after_operand:
        return None
    span = mistake.span
    replaces = 1
    if mistake.following.text.lower() == "case":
        span, replaces = mistake.cover(token, mistake.following), 2
    facts = {"found": span.source, "instead": "`ignoring case`"}
    fed = Token("IGNORING_CASE", "ignoring case", span.start, span.end)
    return Finding("MG104", span, facts, edit=Edit(span, "ignoring case"), repair=Repair((fed,), replaces))


def _unit(mistake: Mistake) -> Finding | None:
    """`today() - 30 days`."""
    token, amount = mistake.token, mistake.previous
    letter = _UNITS.get(token.text.lower().removesuffix("s"))
    if token.type != "NAME" or amount.type != "NUMBER" or letter is None:
        return None
    span = mistake.cover(amount, token)
    if not letter:
        hint = "months and years differ in length: write days, like `30d`"
        return Finding("MG117", span, {"found": span.source}, hint, repair=Repair())
    instead = f"{amount.text}{letter}"
    edit = Edit(span, instead)
    return Finding("MG117", span, {"found": span.source}, f"write `{instead}`", edit=edit, repair=Repair())


def _comma_in_number(mistake: Mistake) -> Finding | None:
    """`age > 1,000`, which is a thousand to some, and one to others."""
    before, after = mistake.previous, mistake.following
    if mistake.token.type != "COMMA" or not before.type == after.type == "NUMBER":
        return None
    if before.end != mistake.token.start or after.start != mistake.token.end:
        return None
    hint = f"a number has no comma: write `{before.text}{after.text}`, or `{before.text}.{after.text}`"
    span = mistake.cover(before, after)
    return Finding("MG117", span, {"found": span.source}, hint, repair=Repair(replaces=2))


def _misspelt(mistake: Mistake) -> Finding | None:
    """`country iin ("FR")`, `name not containz "x"`, `a = 1 nd b = 2`."""
    token = mistake.token
    negated = mistake.previous.type == "NOT" and len(mistake.test) > 1
    if token.type != "NAME" or not (mistake.after_operand or mistake.previous.type in _TEST_ENDS or negated):
        return None
    words = _AFTER_NOT if negated else _WORDS
    meant = nearest(token.text, [word for terminal, word in words.items() if terminal in mistake.accepts])
    if meant:
        repair = Repair((Token(_terminal(meant), meant, token.start, token.end),))
        facts = {"found": token.shown, "instead": f"`{meant}`"}
        return Finding("MG104", mistake.span, facts, edit=Edit(mistake.span, meant), repair=repair)
    if negated:
        hint = "after `not` stands `in`, `between`, `contains`, `starts with`, `ends with` or `matches`"
        return Finding("MG104", mistake.span, {"found": token.shown}, hint)
    return None


def _terminal(word: str) -> str:
    return next(terminal for terminal, known in _WORDS.items() if known == word)


FOREIGN_RULES: tuple[Rule, ...] = (
    _null,
    _is,
    _like,
    _ignoring,
    _unit,
    _comma_in_number,
    _foreign_operator,
    _misspelt,
)

"""Syntax errors: which mistake it was, from the unexpected token, what could stand there, and what came before.

The rules stand in a list; the first that knows the mistake names it.
"""

from collections.abc import Sequence

from mailgrid.language.bracket_errors import closes_nothing, comma_missing, no_value
from mailgrid.language.condition_errors import CONDITION_RULES, LAST_CONDITION_RULES
from mailgrid.language.diagnostics import Diagnostics, Edit
from mailgrid.language.layout import NEWLINE, Token
from mailgrid.language.lexical_errors import LEXICAL_RULES, word_around
from mailgrid.language.literals import LITERALS
from mailgrid.language.mistake import Finding, Mistake, Repair, Rule
from mailgrid.language.text import Span, Text

__all__ = ["explain", "without_foreign_comments"]

_SIGNS = frozenset(["EQ", "CMP", "COMMA", "LPAR", "PLUS", "MINUS", "IGNORING_CASE"])
_ASSIGNMENTS = frozenset({":", ":=", "==", "=>"})
_EXPECTED = {
    NEWLINE: "the end of the line",
    "NAME": "a name",
    "STRING": "a text in quotes",
    "NUMBER": "a number",
    "EQ": "`=`",
    "LBRACE": "`{`",
    "RPAR": "`)`",
    "RSQB": "`]`",
    "COMMA": "`,`",
    "AND": "`and`",
    "REGEX": "a pattern between slashes",
}


def explain(mistake: Mistake, diagnostics: Diagnostics) -> Repair | None:
    """Report the mistake; return what its author must have meant, where that is clear."""
    found = next(filter(None, (rule(mistake) for rule in _RULES)), None) or _unexpected(mistake)
    diagnostics.add(found.code, found.span, hint=found.hint, notes=found.notes, edit=found.edit, **found.facts)
    return found.repair


def without_foreign_comments(text: Text, tokens: Sequence[Token], diagnostics: Diagnostics) -> list[Token]:
    """Leave out what stands after `//`, `--` and `/*`, comments elsewhere, and report it."""
    kept: list[Token] = []
    end = 0
    for token in tokens:
        if token.start < end and token.type != NEWLINE:
            continue
        if token.text in {"//", "--", "/*"} and not (kept and _is_url(kept[-1], token)):
            end = _end_of_comment(text.content, token)
            _report_comment(text, token, end, diagnostics)
        else:
            kept.append(token)
    return kept


def _is_url(before: Token, slashes: Token) -> bool:
    return before.text == ":" and before.end == slashes.start


def _end_of_comment(content: str, token: Token) -> int:
    closing, extra = ("*/", 2) if token.text == "/*" else ("\n", 0)
    end = content.find(closing, token.end)
    return len(content) if end < 0 else end + extra


def _report_comment(text: Text, token: Token, end: int, diagnostics: Diagnostics) -> None:
    span = token.span(text)
    # The edit takes in the whole comment: its words are tokens as long as no `#` stands before them.
    written = text.content[token.end : end].rstrip()
    edit = None if token.text == "/*" else Edit(Span(text, token.start, token.end + len(written)), f"#{written}")
    diagnostics.add("MG104", span, hint="a comment starts with `#`", edit=edit, found=token.text)


# ---- rules for statements --------------------------------------------------------------------------------------


def _not_a_statement(mistake: Mistake) -> Finding | None:
    """A line has to begin with a word."""
    token = mistake.token
    if mistake.line:
        return None
    if token.type in {"AND", "OR"}:
        return Finding("MG113", mistake.span, {"found": token.shown})
    hint = ""
    if token.type == "LBRACE":
        hint = "write before it what the block is, like `campaign welcome {`"
    elif token.type in LITERALS:
        hint = "to go on with the line above, end that line with `\\`"
    return Finding("MG125", mistake.span, {"found": token.described}, hint)


def _let(mistake: Mistake) -> Finding | None:
    if mistake.first != "LET":
        return None
    token, line = mistake.token, mistake.line
    if "EQ" in mistake.accepts:
        if token.text in _ASSIGNMENTS:
            equals = Token("EQ", "=", token.start, token.end)
            facts = {"found": token.shown, "instead": "`=`"}
            sign = " =" if mistake.previous.end == token.start else "="
            edit = Edit(mistake.span, sign)
            return Finding("MG104", mistake.span, facts, edit=edit, repair=Repair((equals,)))
        if mistake.begins_operand:
            here = Span(mistake.text, token.start, token.start)
            equals = Token("EQ", "=", token.start, token.start)
            facts = {"missing": "`=`", "found": token.described, "instead": f"{mistake.source(*line)} = {token.shown}"}
            return Finding("MG123", mistake.span, facts, edit=Edit(here, "= "), repair=Repair((equals,), 0))
    wanted = 'a name and a value, like `let brand = "Acme"`, or a list in `[ ]`'
    return Finding("MG204", _place(mistake), {"setting": "let", "wanted": wanted, "suggestion": ""})


def _import(mistake: Mistake) -> Finding | None:
    if mistake.first != "IMPORT":
        return None
    facts = {
        "setting": "import",
        "wanted": 'one path in quotes, like `import "shared/mail.mailgrid"`',
        "suggestion": "",
    }
    if mistake.token.type != "NAME" or len(mistake.line) > 1:
        return Finding("MG204", _place(mistake), facts)
    path = word_around(mistake)
    return Finding("MG204", path, facts, edit=Edit(path, f'"{path.source}"'))


def _sign_in_setting(mistake: Mistake) -> Finding | None:
    """`subject = "Hi"`, `host: "x"`, `test "a", "b"`."""
    token, previous = mistake.token, mistake.previous
    if mistake.in_condition or mistake.first != "NAME" or mistake.brackets:
        return None
    if token.type not in _SIGNS and token.text not in _ASSIGNMENTS:
        return None
    facts = {"found": token.shown, "instead": f"{previous.text} ..."}
    if token.type in {"LPAR", "PLUS", "MINUS", "IGNORING_CASE"}:
        return Finding("MG105", mistake.span, facts, _sign_hint(mistake))
    edit = Edit(Span(mistake.text, previous.end, mistake.following.start), " ")
    if mistake.following.type == NEWLINE:
        edit = Edit(Span(mistake.text, previous.end, token.end), "")
    return Finding("MG105", mistake.span, facts, _sign_hint(mistake), edit=edit, repair=Repair())


def _sign_hint(mistake: Mistake) -> str:
    hints = {
        "COMMA": "separate arguments by blanks",
        "PLUS": "amounts are written without a sign",
        "MINUS": "amounts are written without a sign",
        "LPAR": f"write `{mistake.previous.text} ...` without brackets",
        "IGNORING_CASE": "it belongs to a test in a condition",
    }
    return hints.get(mistake.token.type, "")


def _word_in_setting(mistake: Mistake) -> Finding | None:
    """A `let`, `import` or second `where` among the arguments; a pattern, which is a path without quotes."""
    if mistake.in_condition or mistake.first != "NAME" or mistake.token.type not in {"LET", "IMPORT"}:
        return None
    hint = f"begin a new line before it; as a name, write it in backticks: `` `{mistake.token.text}` ``"
    return Finding("MG128", mistake.span, {"found": mistake.token.shown}, hint)


def _unexpected(mistake: Mistake) -> Finding:
    """No rule knows the mistake."""
    expected = [text for terminal, text in _EXPECTED.items() if terminal in mistake.accepts]
    facts = {"found": mistake.token.described, "expected": " or ".join(expected) or "something else"}
    return Finding("MG100", _place(mistake), facts)


def _place(mistake: Mistake) -> Span:
    """Return the token's place, or that of the one before it where a line ends too early."""
    if mistake.token.type == NEWLINE and mistake.line:
        return mistake.previous.span(mistake.text)
    return mistake.span


_RULES: tuple[Rule, ...] = (
    *LEXICAL_RULES,
    closes_nothing,
    _not_a_statement,
    _let,
    _import,
    *CONDITION_RULES,
    comma_missing,
    *LAST_CONDITION_RULES,
    _sign_in_setting,
    _word_in_setting,
    no_value,
)

"""Bracket errors: mistakes with ( ) and [ ], and between them."""

from mailgrid.language.diagnostics import Edit, Note
from mailgrid.language.layout import NEWLINE, Token
from mailgrid.language.mistake import Finding, Mistake, Repair, wants
from mailgrid.language.text import Span

__all__ = ["closes_nothing", "comma_missing", "never_closed", "no_value", "nothing_inside", "test_inside"]

_CLOSING = {"LPAR": ")", "LSQB": "]"}
_NOT_IN_BRACKETS = frozenset(
    {"EQ", "CMP", "WHEN", "CONTAINS", "STARTS", "ENDS", "MATCHES", "BETWEEN", "IN", "IS"}
    | {"AND", "OR", "IGNORING_CASE", "WITH"}
)


def closes_nothing(mistake: Mistake) -> Finding | None:
    """Name a closing bracket that none opened."""
    if mistake.token.type not in {"RPAR", "RSQB"} or mistake.brackets:
        return None
    return Finding("MG112", mistake.span, {"found": mistake.token.shown}, repair=Repair())


def never_closed(mistake: Mistake) -> Finding | None:
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


def nothing_inside(mistake: Mistake) -> Finding | None:
    """`in ()`."""
    if mistake.token.type != "RPAR" or mistake.previous.type != "LPAR":
        return None
    span = mistake.cover(mistake.previous, mistake.token)
    if len(mistake.line) > 1 and mistake.line[-2].type == "IN":
        return wants(span, "in", 'at least one value in the brackets, like `("FR", "BE")`')
    return Finding("MG109", span, {"found": "("}, "write a test between the brackets, or remove them")


def test_inside(mistake: Mistake) -> Finding | None:
    """`country = ("FR" or "BE")`, `lower(city != "x"`: brackets around values hold no test."""
    token = mistake.token
    if token.type not in _NOT_IN_BRACKETS or "RPAR" not in mistake.accepts:
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
    return Finding("MG104", mistake.span, {"found": token.shown}, hint)


def comma_missing(mistake: Mistake) -> Finding | None:
    """`["a" "b"]`, `coalesce(a b)`, `("a",, "b")`."""
    if not mistake.brackets:
        return None
    token, previous = mistake.token, mistake.previous
    here = Span(mistake.text, previous.end, previous.end)
    if mistake.begins_operand and "COMMA" in mistake.accepts:
        facts = {"missing": "`,`", "found": token.described, "instead": f"{previous.text}, {token.shown}"}
        comma = Token("COMMA", ",", token.start, token.start)
        return Finding("MG123", mistake.span, facts, edit=Edit(here, ","), repair=Repair((comma,), 0))
    if token.type == "COMMA" and previous.type in {"COMMA", "LPAR", "LSQB"}:
        edit = Edit(mistake.span, "")
        facts = {"missing": "a value", "found": "`,`", "instead": ""}
        return Finding("MG123", mistake.span, facts, "remove the comma", edit=edit, repair=Repair())
    return None


def no_value(mistake: Mistake) -> Finding | None:
    """`env(["HOST"])`, `env(not "HOST")`."""
    if not mistake.brackets or mistake.token.type == NEWLINE:
        return None
    hint = "between brackets stand values, separated by commas"
    return Finding("MG117", mistake.span, {"found": mistake.token.shown}, hint)

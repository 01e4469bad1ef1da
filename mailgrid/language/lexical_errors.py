"""Lexical errors: mistakes that show in a single token, whatever stands around it."""

import re
import unicodedata
from datetime import date

from mailgrid.language.diagnostics import Edit
from mailgrid.language.layout import NEWLINE, Token
from mailgrid.language.mistake import Finding, Mistake, Repair, Rule
from mailgrid.language.text import Span

__all__ = ["LEXICAL_RULES", "word_around"]

_CLOSING_QUOTE = re.compile(
    '[^\n\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb]*[\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb]|[^\n"]*"'
)
_RUN_END = re.compile(r"[^\s\"'`(){}\[\],]*")
_RUN_START = re.compile(r"[^\s\"'`(){}\[\],]*\Z")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_ADDRESS = re.compile(r"\d+(?:\.\d+){2,}")

# What other languages write, and what is written here: text, terminal.
_ALIENS = {
    "==": ("=", "EQ"),
    ":=": ("=", "EQ"),
    "<>": ("!=", "CMP"),
    "=>": (">=", "CMP"),
    "&&": ("and", "AND"),
    "||": ("or", "OR"),
    "!": ("not", "NOT"),
}


def _unclosed(mistake: Mistake) -> Finding | None:
    token = mistake.token
    if token.type == "UNCLOSED_LONG":
        return Finding("MG102", Span(mistake.text, token.start, token.start + 3))
    if token.type != "UNCLOSED":
        return None
    end = token.start + len(token.text.rstrip())
    hint = "add the closing ` after the name" if token.text[0] == "`" else ""
    return Finding("MG101", Span(mistake.text, token.start, end), {"quote": token.text[0]}, hint)


def _typographic_quote(mistake: Mistake) -> Finding | None:
    token, text = mistake.token, mistake.text
    if token.type != "FANCY_QUOTE":
        return None
    facts = {"found": token.shown}
    closing = _CLOSING_QUOTE.match(text.content, token.end)
    if not closing:
        return Finding("MG103", mistake.span, facts)
    inner = text.content[token.end : closing.end() - 1]
    quote = "'" if '"' in inner or "\\" in inner else '"'
    whole = Span(text, token.start, closing.end())
    string = Token("RAW_STRING", whole.source, whole.start, whole.end)
    replaced = 1 + sum(1 for other in mistake.rest if other.start < whole.end and other.type != NEWLINE)
    edit = Edit(whole, f"{quote}{inner}{quote}")
    return Finding("MG103", mistake.span, facts, edit=edit, repair=Repair((string,), replaced))


def _bad_rate(mistake: Mistake) -> Finding | None:
    if mistake.token.type != "BAD_RATE":
        return None
    setting = "rate" if mistake.in_condition or not mistake.line else mistake.line[0].text
    facts = {"setting": setting, "wanted": "a rate like 10/s, 600/min, 1000/h or 50000/day", "suggestion": ""}
    return Finding("MG204", mistake.span, facts)


def _near_date(mistake: Mistake) -> Finding | None:
    token = mistake.token
    if token.type != "NEAR_DATE":
        return None
    if _ADDRESS.fullmatch(token.text) and not _readings(token.text):
        return _in_quotes(mistake.span)
    readings = _readings(token.text)
    facts = {"found": token.shown, "instead": f"{readings[0] if readings else '2026-01-31'}"}
    edit = Edit(mistake.span, facts["instead"]) if len(readings) == 1 else None
    return Finding("MG116", mistake.span, facts, edit=edit)


def _readings(written: str) -> list[str]:
    """Return the days that it may mean, as we write them; two where day and month could change places."""
    orders: list[tuple[str, str, str]] = []
    if match := _YEAR_FIRST.fullmatch(written):
        orders = [(match[1], match[2], match[3])]
    elif match := _YEAR_LAST.fullmatch(written):
        orders = [(match[3], match[2], match[1]), (match[3], match[1], match[2])]
    found = [day for order in orders if (day := _day(*(int(number) for number in order)))]
    return list(dict.fromkeys(found))


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _foreign_sign(mistake: Mistake) -> Finding | None:
    """`==`, `&&`, `;` and their like."""
    token = mistake.token
    if token.type != "ALIEN":
        return None
    if token.text == ";":
        hint = "a statement ends at the end of its line"
        newline = () if mistake.following.type == NEWLINE else (Token(NEWLINE, "", token.end, token.end),)
        edit = None if newline else Edit(mistake.span, "")
        return Finding("MG104", mistake.span, {"found": ";"}, hint, edit=edit, repair=Repair(newline))
    if mistake.first == "LET":
        return None
    if not mistake.in_condition:
        return _unquoted_url(mistake)
    if token.text not in _ALIENS:
        hint = "write `matches /.../`" if token.text == "=~" else "put a text in quotes"
        return Finding("MG104", mistake.span, {"found": token.shown}, hint)
    return _replaced_sign(mistake)


def _replaced_sign(mistake: Mistake) -> Finding:
    token = mistake.token
    text, terminal = _ALIENS[token.text]
    if mistake.following.text == "=" and terminal == "EQ":  # `===`
        return _tripled(mistake)
    blank = " " if text.isalpha() and mistake.following.start == token.end else ""
    lead = " " if text.isalpha() and mistake.previous.end == token.start and mistake.previous.type != "LPAR" else ""
    fed = Token(terminal, text, token.start, token.end)
    facts = {"found": token.shown, "instead": f"`{text}`"}
    edit = Edit(mistake.span, f"{lead}{text}{blank}")
    return Finding("MG104", mistake.span, facts, edit=edit, repair=Repair((fed,)))


def _tripled(mistake: Mistake) -> Finding:
    span = mistake.cover(mistake.token, mistake.following)
    fed = Token("EQ", "=", span.start, span.end)
    facts = {"found": span.source, "instead": "`=`"}
    return Finding("MG104", span, facts, edit=Edit(span, "="), repair=Repair((fed,), 2))


def _unquoted_url(mistake: Mistake) -> Finding | None:
    """`host https://acme.com`: a sign in the middle of a word is one of a text without quotes."""
    previous, following = mistake.previous, mistake.following
    if len(mistake.line) > 1 and previous.end == mistake.token.start and following.start == mistake.token.end:
        return _in_quotes(word_around(mistake))
    if mistake.token.text in {"//", "--", "/*", "=~"}:
        return Finding("MG104", mistake.span, {"found": mistake.token.shown}, "put a text in quotes")
    return None


def _bad_character(mistake: Mistake) -> Finding | None:
    token = mistake.token
    if token.type == "REGEX" and not mistake.in_condition and mistake.first == "NAME":
        return _in_quotes(word_around(mistake))
    if token.type != "BAD":
        return None
    if not token.text.isprintable() or token.text.isspace():
        name = f"U+{ord(token.text):04X} {unicodedata.name(token.text, '')}".strip()
        hint = "it cannot be seen; remove it, or write an ordinary blank"
        return Finding("MG117", mistake.span, {"found": name}, hint, edit=Edit(mistake.span, " "), repair=Repair())
    run = word_around(mistake)
    if mistake.in_condition and token.text.isalpha():
        hint = f"a name begins with a letter from a to z; others are written in backticks: `` `{run.source}` ``"
        return Finding("MG117", run, {"found": run.source}, hint, edit=Edit(run, f"`{run.source}`"))
    if run.end - run.start == 1:
        return Finding("MG117", run, {"found": token.shown}, "remove it, or put the text that it belongs to in quotes")
    return _in_quotes(run)


def _in_quotes(run: Span) -> Finding:
    instead = f'"{run.source}"'
    edit = None if "\\" in run.source else Edit(run, instead)
    return Finding("MG117", run, {"found": run.source, "instead": instead}, edit=edit)


def word_around(mistake: Mistake) -> Span:
    """Return the word around the token, as people see it: up to blanks, brackets and quotes."""
    content, token = mistake.text.content, mistake.token
    line_start = content.rfind("\n", 0, token.start) + 1
    before = _RUN_START.search(content, max(line_start, token.start - 200), token.start)
    after = _RUN_END.match(content, token.end)
    start = before.start() if before else token.start
    return Span(mistake.text, start, after.end() if after else token.end)


LEXICAL_RULES: tuple[Rule, ...] = (
    _unclosed,
    _typographic_quote,
    _bad_rate,
    _near_date,
    _foreign_sign,
    _bad_character,
)

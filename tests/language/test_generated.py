"""Campaigns made from the grammar and the vocabulary: each parses, has a layout, and means the same afterwards."""

from pathlib import Path

import lark
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark
from mailgrid.grammar import tables

from mailgrid.language.compiler import Compiled, compile_text
from mailgrid.language.format.canonical import format_text
from mailgrid.language.parser import parse
from mailgrid.language.text import Text
from mailgrid.language.vocabulary import BODIES, CAMPAIGN, VOCABULARY, Row
from tests.language.example_kinds import KINDS

# What a terminal's pattern allows and the lexer would read otherwise (a name that is a word of the language, a date
# that is no day) is repaired here: each terminal has values that are right, and a blank behind it.
_WORDS = {name: [name.casefold()] for name in ("AND", "OR", "NOT", "IN", "IS", "EMPTY", "BETWEEN", "CONTAINS")}
_VALUES = {
    **_WORDS,
    **{name: [name.casefold()] for name in ("STARTS", "ENDS", "WITH", "MATCHES", "TRUE", "FALSE", "WHERE")},
    "WHEN": ["before", "AFTER"],
    "IGNORING_CASE": ["ignoring case", "Ignoring  Case"],
    "EQ": ["="],
    "CMP": ["!=", "<=", ">=", "<", ">"],
    "PLUS": ["+"],
    "MINUS": ["-"],
    "NAME": ["plan", "country", "age", "signup", "lower", "today", "first-name", "caf\u00e9"],
    "QUOTED_NAME": ["`First Name`"],
    "DATE": ["2026-05-31", "2026-05-31 09:00", "2026-05-31T09:00Z"],
    "TIME": ["09:00"],
    "RATE": ["10/s", "600/min"],
    "SIZE": ["10MB"],
    "DURATION": ["90d", "1h30m"],
    "PERCENT": ["50%"],
    "NUMBER": ["0", "18", "1_000", "0.50"],
    "STRING": ['"FR"', '"a \\" b"'],
    "LONG_STRING": ['"""\n  many\n    lines\n  """'],
    "RAW_STRING": ["'it is'"],
    "REGEX": ["/^a.c$/i"],
}
_PUNCTUATION = {"LPAR": "(", "RPAR": ")", "COMMA": ", "}


def _conditions() -> st.SearchStrategy[str]:
    parser = lark.Lark(tables.grammar(), start="where", parser="lalr", lexer="basic")
    values = {name: st.sampled_from(texts).map("{} ".format) for name, texts in _VALUES.items()}
    values |= {name: st.just(text) for name, text in _PUNCTUATION.items()}
    others = {terminal.name for terminal in parser.terminals} - values.keys() - {"COMMENT", "WS"}
    values |= {name: st.nothing() for name in others}
    values |= {"COMMENT": st.just(""), "WS": st.sampled_from(["", " ", "  "])}
    return from_lark(parser, explicit=values)


_CONDITIONS = _conditions()


def _is_plain(row: Row) -> bool:
    return CAMPAIGN in row.places and "{" not in row.example.replace("{{", "") and row.keyword != "where"


_SETTINGS = sorted(
    row.example for row in VOCABULARY.values() if _is_plain(row) and row.keyword not in {*BODIES, "from"}
)
_BODIES = [VOCABULARY[keyword].example for keyword in BODIES]
_BLANKS = st.sampled_from(["", " ", "    ", "\n", "  # a comment\n", "\n\n\n"])


@st.composite
def campaigns(draw: st.DrawFn) -> str:
    """A campaign: what it needs, some more settings once each, some conditions, blanks and comments anywhere."""
    needed = ['source csv "people.csv"', 'from "Ada <ada@acme.com>"', 'subject "Hello"', draw(st.sampled_from(_BODIES))]
    known = {line.split()[0] for line in needed}
    more = [line for line in draw(st.sets(st.sampled_from(_SETTINGS), max_size=6)) if line.split()[0] not in known]
    conditions = draw(st.lists(_CONDITIONS, max_size=2))
    lines = draw(st.permutations([*needed, *sorted(more), *conditions]))
    body = "\n".join(f"{draw(_BLANKS)}{line}" for line in lines)
    return f"{draw(_BLANKS)}campaign spring {{{draw(_BLANKS)}\n{body}\n{draw(_BLANKS)}}}\n"


def compiled(content: str) -> Compiled:
    return compile_text(Text("generated", content), KINDS, root=Path("/nonexistent"))


def said(content: str) -> list[tuple[str, str]]:
    return sorted((found.code, found.message) for found in compiled(content).diagnostics if found.code != "W208")


@given(campaigns())
@settings(max_examples=80, deadline=None)
def test_a_campaign_that_was_generated_has_a_layout_and_means_the_same_in_it(content: str) -> None:
    assert [found.code for found in parse(Text("generated", content)).diagnostics if found.severity == "error"] == []
    again = format_text(Text("generated", content))
    assert format_text(Text("generated", again)) == again
    assert parse(Text("generated", again)).file == parse(Text("generated", content)).file
    assert compiled(again).campaigns == compiled(content).campaigns
    assert said(again) == said(content)

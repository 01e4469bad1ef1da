"""The grammar by itself: no conflicts, no ambiguous terminals, and no text without tokens."""

from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mailgrid.grammar import tables

from mailgrid.language import parser
from mailgrid.language.parser import tokenize
from mailgrid.language.text import Text

LET = 'let brand = "Acme"\n'


def test_no_terminal_collides_with_another() -> None:
    tables.make(strict=True)


def test_the_build_put_tables_of_this_grammar_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert files("mailgrid.grammar").joinpath("mailgrid.tables").is_file()
    monkeypatch.setattr(tables, "make", lambda: pytest.fail("the tables on disk were not taken"))
    assert tables.read().parse(LET)


def test_tables_of_another_grammar_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "grammar", lambda: 'start: "other"')
    assert tables.read().parse("other")


def test_tables_on_disk_and_made_anew_give_the_same_tree() -> None:
    assert tables.read().parse(LET) == tables.make().parse(LET)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("\"'`{}()[]#\\/\n\r\t 019-:az"), max_size=80))
def test_every_character_is_in_a_token_a_comment_or_blank(content: str) -> None:
    end = 0
    for token in tokenize(Text("any", content)):
        assert content[token.start : token.end] == token.text
        between = content[end : token.start]
        assert between.startswith("#") or not between.strip(" \t\\\r\n") or "#" in between
        end = token.end


def test_the_tables_can_be_forgotten_between_two_texts() -> None:
    text = Text("a.mailgrid", LET)
    before = parser.parse(text).file
    parser.forget()
    assert parser.parse(text).file == before

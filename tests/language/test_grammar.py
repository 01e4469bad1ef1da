"""The grammar by itself: no conflicts, no ambiguous terminals, and no text without tokens."""

import lark
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.language.parser import grammar, tokenize
from mailgrid.language.text import Text


def test_no_terminal_collides_with_another() -> None:
    lark.Lark(grammar(), parser="lalr", lexer="basic", strict=True)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("\"'`{}()[]#\\/\n\r\t 019-:az"), max_size=80))
def test_every_character_is_in_a_token_a_comment_or_blank(content: str) -> None:
    end = 0
    for token in tokenize(Text("any", content)):
        assert content[token.start : token.end] == token.text
        between = content[end : token.start]
        assert between.startswith("#") or not between.strip(" \t\\\r\n") or "#" in between
        end = token.end

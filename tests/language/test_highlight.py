"""Colours: every terminal has a scope, the grammar for editors is up to date, and Pygments gets every character."""

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Error, Name, Operator, String

from mailgrid.language import highlight
from mailgrid.language.parser import terminals
from tests.language.golden import TESTS, split

ROOT = TESTS.parent
SAMPLES = sorted((TESTS / "samples").rglob("*.mailgrid"))
BROKEN = [split(path)[0] for path in sorted((TESTS / "mistakes").glob("*.txt"))]


def patterns() -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", highlight.textmate()["patterns"])


def pieces(content: str) -> list[tuple[Any, str]]:
    lexer = get_lexer_by_name("mailgrid", stripnl=False, ensurenl=False)
    return list(lexer.get_tokens(content))


def kind(content: str, word: str) -> Any:
    return next(kind for kind, text in pieces(content) if text == word)


def test_every_terminal_has_a_scope() -> None:
    assert highlight.SCOPES.keys() == dict(terminals()).keys()


def test_a_terminal_without_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(highlight.SCOPES, "SIZE")
    with pytest.raises(AssertionError, match="no scope for SIZE"):
        highlight.textmate()


@pytest.mark.parametrize("name", ["grammar/mailgrid.tmLanguage.json", "editors/vscode/mailgrid.tmLanguage.json"])
def test_the_grammar_for_editors_is_what_is_made_of_the_table(name: str) -> None:
    assert json.loads((ROOT / name).read_text(encoding="utf-8")) == highlight.textmate()


def test_its_patterns_are_tried_in_the_lexer_s_order() -> None:
    made = [each.get("match") for each in patterns()]
    own = [re.sub(r"\n", r"\\n", re.sub(r"\t", r"\\t", pattern)) for _, pattern in terminals()]
    assert [each for each in made if each in own] == [each for each in own if each in made]
    assert len(set(made) & set(own)) == len(own) - 4  # blanks, line ends, and texts over several lines


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("subject 'x'", "subject"),
        ("  transport smtp {", "transport"),
        ("stop after 2% failures", "stop"),
        ("defaults {", "defaults"),
        ("  one_click", "one_click"),
        ("  one_click  # why", "one_click"),
        ("{ host 'x' }", "host"),
        ("score  between 1 and 2", None),
        ("balance > 5", None),
        ("and b", None),
        ("where b", None),
        ("lower(x) = 'y'", None),
    ],
)
def test_the_first_word_of_a_statement_is_a_setting(line: str, found: str | None) -> None:
    match = re.search(patterns()[0]["match"], line)
    assert (match and match[1]) == found


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_pygments_gets_every_character_of_a_file_and_no_mistake(path: Path) -> None:
    content = path.read_text(encoding="utf-8")
    found = pieces(content)
    assert "".join(text for _, text in found) == content
    assert Error not in {kind for kind, _ in found}
    assert get_lexer_for_filename(path.name).name == "Mailgrid"


@pytest.mark.parametrize("content", BROKEN)
def test_pygments_gets_every_character_of_a_file_with_mistakes(content: str) -> None:
    content = content.replace("\r\n", "\n")
    assert "".join(text for _, text in pieces(content)) == content.removeprefix("\ufeff")


@settings(max_examples=100)
@given(st.text(alphabet=st.sampled_from("ab \"'`{}()[]#\\/\n\t19-:=\u201c"), max_size=60))
def test_pygments_gets_every_character_of_any_text(content: str) -> None:
    assert "".join(text for _, text in pieces(content)) == content


def test_pieces_have_their_kinds() -> None:
    content = (
        'campaign a { # why\n  where lower(b) AND c\n  subject "Hi {{ d }}"\n  html """\n{% if e %}\n"""\n  f ;\n}\n'
    )
    assert kind(content, "campaign") is Name.Tag
    assert kind(content, "subject") is Name.Tag
    assert kind(content, "a") is Name
    assert kind(content, "lower") is Name.Function
    assert kind(content, "AND") is Operator.Word
    assert kind(content, "# why") is Comment.Single
    assert kind(content, '"Hi ') is String.Double
    assert kind(content, "{{ d }}") is String.Interpol
    assert kind(content, "{% if e %}") is String.Interpol
    assert kind(content, ";") is Error

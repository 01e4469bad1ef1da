"""How a diagnostic is shown: to people, and to programs."""

import pytest

from mailgrid.language.diagnostics import Diagnostic, Edit, Note
from mailgrid.language.frame import as_json, frame
from mailgrid.language.text import Span, Text


def shown(content: str, marked: str, *, code: str = "MG112", notes: tuple[Note, ...] = ()) -> list[str]:
    start = content.index(marked)
    span = Span(Text("a.mailgrid", content), start, start + len(marked))
    return frame(Diagnostic(code, span, {"found": "x", "name": "X"}, notes=notes)).split("\n")


def test_the_form() -> None:
    assert shown("one\n  two three\n", "two") == [
        "error[MG112]: this `x` closes nothing",
        " --> a.mailgrid:2:3",
        "  |",
        "2 |   two three",
        "  |   ^^^",
        "  = help: remove it",
    ]


def test_the_margin_is_as_wide_as_the_number() -> None:
    lines = shown("\n" * 99 + "two", "two")
    assert lines[1:5] == ["   --> a.mailgrid:100:1", "    |", "100 | two", "    | ^^^"]


def test_without_a_place() -> None:
    assert frame(Diagnostic("MG605", None, {"found": "HOST"})).split("\n") == [
        "error[MG605]: the environment has no HOST",
        '  = help: set it, or give a default: `env("HOST", "...")` (not for secrets)',
    ]


def test_notes() -> None:
    place = Span(Text("b.mailgrid", "x"), 0, 1)
    lines = shown("two", "two", notes=(Note("first"), Note("second", place)))
    assert lines[-2:] == ["  = note: first", "  = note: second: b.mailgrid:1:1"]


@pytest.mark.parametrize(
    "content, marked, line, carets",
    [
        ("\ttwo", "two", "    two", "    ^^^"),
        ('"日本" two', "two", '"日本" two', "       ^^^"),
        ('"日本" two', "日本", '"日本" two', " ^^^^"),
        ("e\u0301 two", "two", "e\u0301 two", "  ^^^"),
        ("two", "", "two", "^"),
        ("one\ntwo", "one\ntwo", "one", "^^^"),
        ("a\r\ntwo", "a\r\ntwo", "a", "^"),
    ],
)
def test_the_carets_stand_below_what_is_meant(content: str, marked: str, line: str, carets: str) -> None:
    lines = shown(content, marked)
    assert lines[3] == f"1 | {line}"
    assert lines[4] == f"  | {carets}"


def test_a_terminal_is_not_given_orders() -> None:
    content = "a\x1b]0;title\x07 two \u202e"
    assert not set("\x1b\x07\u202e") & set("".join(shown(content, "two")))


def test_a_secret_is_not_shown() -> None:
    assert shown('password "hunter2"', '"hunter2"', code="MG603")[3:5] == ["1 | password ***", "  |          ^^^"]


def test_a_very_long_line_is_cut_around_the_place() -> None:
    lines = shown("a" * 5000 + "two" + "b" * 5000, "two")
    assert max(map(len, lines)) < 500
    assert "two" in lines[3]
    assert lines[3][lines[4].index("^") :].startswith("two")


def test_for_programs() -> None:
    text = Text("a.mailgrid", "one\ntwo three\nfour")
    assert as_json(Diagnostic("MG112", Span(text, 8, 15), {"found": "x"})) == {
        "code": "MG112",
        "severity": "error",
        "message": "this `x` closes nothing",
        "help": "remove it",
        "file": "a.mailgrid",
        "line": 2,
        "column": 5,
        "end_line": 3,
        "end_column": 2,
        "fix": None,
    }


def test_for_programs_with_a_fix() -> None:
    text = Text("a.mailgrid", "one\ntwo three\nfour")
    value = as_json(Diagnostic("MG112", Span(text, 4, 7), {"found": "x"}, edit=Edit(Span(text, 4, 7), "2")))
    place = {"file": "a.mailgrid", "line": 2, "column": 1, "end_line": 2, "end_column": 4}
    assert value["fix"] == {"edits": [{**place, "text": "2"}]}


def test_for_programs_a_fix_with_a_secret_is_none() -> None:
    text = Text("a.mailgrid", "password “hunter2”")
    whole = Span(text, 9, 18)
    assert as_json(Diagnostic("MG103", whole, {"found": "x"}, edit=Edit(whole, '"hunter2"')))["fix"] is None


def test_for_programs_without_a_place() -> None:
    value = as_json(Diagnostic("W309", None, {"instead": "x"}))
    assert (value["severity"], value["file"], value["line"], value["end_column"]) == ("warning", None, None, None)

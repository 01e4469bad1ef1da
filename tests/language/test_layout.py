"""Which line ends are ends of statements."""

import pytest

from mailgrid.language.layout import NEWLINE, layout
from mailgrid.language.parser import tokenize
from mailgrid.language.text import Text


def statements(content: str) -> list[str]:
    lines: list[list[str]] = [[]]
    for token in layout(list(tokenize(Text("x", content)))):
        if token.type == NEWLINE:
            lines.append([])
        else:
            lines[-1].append(token.text)
    assert lines.pop() == []  # a line end is always last
    return [" ".join(line) for line in lines]


@pytest.mark.parametrize(
    "content, expected",
    [
        ("a 1\nb 2", ["a 1", "b 2"]),
        ("\n\n a 1\n\n\n b 2\n\n", ["a 1", "b 2"]),
        ("a { b 1 }", ["a { b 1", "}"]),
        ("a {\n b 1\n}", ["a { b 1", "}"]),
        ("a\n{\n}\n", ["a { }"]),
        ("a { }\n{ }", ["a { }", "{ }"]),
        ("where a and\nb", ["where a and b"]),
        ("where a\nand b\nor c", ["where a and b or c"]),
        ("where a =\n1", ["where a = 1"]),
        ("where a\n&& b", ["where a && b"]),
        ("where a and\nsubject 'x'", ["where a and", "subject 'x'"]),
        ("where a and\nwhere b", ["where a and", "where b"]),
        ("a { where b and\n}", ["a { where b and", "}"]),
        ("where a and\n# a comment\nb", ["where a and b"]),
        ("where a\n# a comment\n# another\nand b", ["where a and b"]),
        ("let a = [\n1\n# a comment\n]", ["let a = [ 1 ]"]),
        ("a\n# a comment\n{\n}\n", ["a { }"]),
        ("a 1\n# a comment\nb 2", ["a 1", "b 2"]),
        ("where a in (\n1,\n2\n)", ["where a in ( 1 , 2 )"]),
        ("where (a\nor b\n)", ["where ( a or b )"]),
        ("where (a\nsubject 'x'", ["where ( a", "subject 'x'"]),
        ("where (a or\nsubject 'x'\n", ["where ( a or", "subject 'x'"]),
        ("let a = [\n1,\n2,\n]", ["let a = [ 1 , 2 , ]"]),
        ("a and\nb", ["a and", "b"]),
        ("a 1 \\\n 2", ["a 1 2"]),
        ("where a =\n", ["where a ="]),
    ],
)
def test_statements(content: str, expected: list[str]) -> None:
    assert statements(content) == expected
    assert statements(content.replace("\n", "\r\n")) == expected


def test_nothing_has_no_statement() -> None:
    assert list(layout([])) == []

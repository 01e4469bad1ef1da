"""What is written becomes the tree that is meant, each node with the place that it stands at."""

import pytest

from mailgrid.language.ast import Let, Literal, Statement, walk
from mailgrid.language.parser import parse
from mailgrid.language.text import Text
from tests.language.dump import dump
from tests.language.golden import goldens

BROKEN = {"half_typed", "broken"}


@pytest.mark.parametrize("given, expected", goldens("cases"))
def test_tree(given: str, expected: str) -> None:
    assert dump(parse(Text("case", given)).file) + "\n" == expected


@pytest.mark.parametrize("given, expected", goldens("cases"))
def test_children_lie_within_their_parents_in_order(given: str, expected: str, request: pytest.FixtureRequest) -> None:
    for node in walk(parse(Text("case", given)).file):
        children = list(walk(node))[1:]
        assert all(node.span.start <= child.span.start <= child.span.end for child in children)
        if request.node.callspec.id not in BROKEN:
            assert all(child.span.end <= node.span.end for child in children)


@pytest.mark.parametrize("given, expected", goldens("cases"))
def test_a_literal_cut_out_reads_the_same(given: str, expected: str) -> None:
    for node in walk(parse(Text("case", given)).file):
        if isinstance(node, Literal):
            (let,) = parse(Text("again", f"let x = {node.span.source}")).file.items
            assert isinstance(let, Let)
            assert let.value == node


@pytest.mark.parametrize("given, expected", goldens("cases"))
def test_only_the_broken_cases_have_mistakes(given: str, expected: str, request: pytest.FixtureRequest) -> None:
    found = parse(Text("case", given)).diagnostics
    assert bool(found.errors) == (request.node.callspec.id in BROKEN)


@pytest.mark.parametrize("given, expected", goldens("cases"))
def test_a_keyword_stands_at_the_start_of_its_statement(given: str, expected: str) -> None:
    for node in walk(parse(Text("case", given)).file):
        if isinstance(node, Statement):
            assert node.keyword_span.source == node.keyword
            assert node.keyword_span.start == node.span.start


@pytest.mark.parametrize("given, expected", goldens("cases"))
def test_line_ends_make_no_difference(given: str, expected: str) -> None:
    plain = parse(Text("case", given.replace("\r\n", "\n"))).file
    assert parse(Text("case", given.replace("\r\n", "\n").replace("\n", "\r\n"))).file == plain

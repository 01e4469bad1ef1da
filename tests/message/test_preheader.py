"""The preheader: hidden at the start of the HTML, escaped, and nowhere else."""

import re
from collections.abc import Mapping

import pytest

from mailgrid.errors import TemplateError
from tests.message.letters import part, person, renderer, write

HIDDEN = r'<div style="display:none;[^"]*">{}</div>'


def html(preheader: str, body: str = "<p>Hi</p>", fields: Mapping[str, object] | None = None) -> str:
    return part(write(person(fields=fields), html=body, preheader=preheader).content, "html")


def test_it_stands_first() -> None:
    assert re.match(HIDDEN.format("For Fay") + "<p>Hi</p>", html("For {{ name }}"))


@pytest.mark.parametrize(
    "before",
    [
        "<!DOCTYPE html><html><head><title>x</title></head><body class='a'>",
        "<html><HEAD></HEAD >",
        "<!doctype html><html lang=en>",
        "<!doctype html>",
        "",
    ],
)
def test_it_stands_at_the_start_of_the_body(before: str) -> None:
    assert re.search(re.escape(before) + HIDDEN.format("News") + "<p>", html("News", f"{before}<p>Hi</p>"))


def test_values_are_escaped() -> None:
    assert "&lt;b&gt;Fay &amp; co" in html("{{ name }}", fields={"name": "<b>Fay & co"})


def test_lines_and_blanks_count_once() -> None:
    assert re.search(HIDDEN.format("a b c"), html("  a\n  b\t c "))


def test_an_empty_one_leaves_nothing_behind() -> None:
    assert html("{{ name }}", fields={"name": " "}).strip() == "<p>Hi</p>"


def test_the_plain_text_has_none() -> None:
    message = write(html="<p>Hi</p>", preheader="Only for HTML")
    assert part(message.content, "plain").strip() == "Hi"
    assert b"Only for HTML" not in write(text="Hi", preheader="Only for HTML").content


def test_its_columns_are_needed_and_its_mistakes_have_its_name() -> None:
    assert renderer(html="<p>Hi</p>", preheader="{{ city }}").needed(("name", "city")) == ("city",)
    with pytest.raises(TemplateError) as caught:
        renderer(html="<p>Hi</p>", preheader="{{ name")
    assert caught.value.template == "preheader"

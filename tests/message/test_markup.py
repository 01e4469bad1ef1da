"""Bodies in Markdown and MJML, and styles in the elements: made once, and every tag in its place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import css_inline
import mrml
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailgrid.errors import TemplateError
from mailgrid.message.masks import Masks
from mailgrid.message.pieces import Piece, joined
from mailgrid.message.render import Renderer
from mailgrid.message.spec import Form, Words
from tests.examples import examples
from tests.message.letters import part, person, renderer

TEAM = "{% if plan == 'team' %}"


def written(form: Form, source: str, root: Path | None = None) -> Renderer:
    return renderer(html=Words(source, f"news{form.suffixes[0]}", form=form), root=root)


def html(source: str, form: Form = Form.HTML, root: Path | None = None, **fields: Any) -> str:
    return part(written(form, source, root)(person(fields=fields)).content, "html")


def text(source: str, form: Form = Form.HTML, root: Path | None = None, **fields: Any) -> str:
    return part(written(form, source, root)(person(fields=fields)).content, "plain")


# ---- Markdown --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source, marked",
    [
        ("# Hello {{ name }}", "<h1>Hello Fay</h1>"),
        ("**{{ name }}** and *x*", "<p><strong>Fay</strong> and <em>x</em></p>"),
        ("[Go](https://a.example/{{ name }}?a=1&b=2)", '<a href="https://a.example/Fay?a=1&amp;b=2">Go</a>'),
        ("{% for x in [1, 2] %}\n- item {{ x }}\n{% endfor %}", "<ul>"),
        (f"- a\n{TEAM}\n- b\n{{% endif %}}\n- c", "<li>b</li>"),
        (f"{TEAM}\n> Teams\n{{% endif %}}\nAll", "<p>Teams</p>"),
        ("| a | b |\n|---|---|\n| 1 | {{ name }} |", "Fay</td>"),
        ("<div>{{ name }}</div>", "<div>Fay</div>"),
        ("Hi {% if plan == 'team' %}you{% else %}there{% endif %}!", "<p>Hi you!</p>"),
        ("{% raw %}{{ name }}{% endraw %}", "{{ name }}"),
        ("a {# nobody sees this #}b", "<p>a b</p>"),
    ],
)
def test_markdown_becomes_html(source: str, marked: str) -> None:
    assert marked in html(source, Form.MARKDOWN, plan="team")


def test_a_loop_around_a_list_makes_one_list() -> None:
    page = html("{% for x in [1, 2, 3] %}\n- {{ x }}\n{% endfor %}\n", Form.MARKDOWN)
    assert (page.count("<ul>"), page.count("<li>")) == (1, 3)
    parted = html(f"- a\n{TEAM}\n- b\n{{% endif %}}\n- c", Form.MARKDOWN, plan="pro")
    assert (parted.count("<ul>"), parted.count("<li>")) == (1, 2)


def test_markdown_gives_both_parts() -> None:
    source = "# News\n\nDear {{ name }}, [read on](https://a.example/).\n"
    assert text(source, Form.MARKDOWN) == "News\n\nDear Fay, read on (https://a.example/).\n"
    page = html(source, Form.MARKDOWN)
    assert page.startswith("<!DOCTYPE html>")
    assert 'style="display: block;max-width: 600px' in page


def test_values_are_no_markdown_and_no_html() -> None:
    page = html("Dear {{ name }}", Form.MARKDOWN, name="*a* <b> [x](y)")
    assert "Dear *a* &lt;b&gt; [x](y)" in page


# ---- MJML ------------------------------------------------------------------------------------------------------

MJML = """<mjml>
  <mj-head><mj-preview>For {{ name }}</mj-preview></mj-head>
  <mj-body><mj-section><mj-column>
    {% for x in [1, 2] %}
    <mj-text>Hello {{ name }} {{ x }}</mj-text>
    {% endfor %}
    <mj-button href="https://a.example/{{ name }}">Go</mj-button>
  </mj-column></mj-section></mj-body>
</mjml>
"""


def test_mjml_becomes_html() -> None:
    page = html(MJML, Form.MJML)
    assert "Hello Fay 1" in page
    assert "Hello Fay 2" in page
    assert 'href="https://a.example/Fay"' in page
    assert "For Fay" in page
    assert "mj-" not in page.replace("mj-column", "").replace("mj-outlook", "")
    assert text(MJML, Form.MJML) == "Hello Fay 1\n\nHello Fay 2\n\nGo (https://a.example/Fay)\n"


@pytest.mark.parametrize(
    "source, line, words",
    [
        ("<p>no</p>", 1, "unexpected"),
        ('<mjml>\n<mj-body>\n<mj-include path="x.mjml" /></mj-body></mjml>', 3, "include"),
        ("<mjml><mj-body>", 1, "end"),
    ],
)
def test_what_is_no_mjml_is_told_with_its_line(source: str, line: int, words: str) -> None:
    with pytest.raises(TemplateError, match=words) as caught:
        written(Form.MJML, source)
    assert (caught.value.template, caught.value.line) == ("news.mjml", line)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mrml", None)
    with pytest.raises(TemplateError) as caught:
        written(Form.MJML, MJML)
    assert (caught.value.code, caught.value.hint) == ("MG508", 'install it: pip install "mailgrid[html]"')


# ---- styles ----------------------------------------------------------------------------------------------------

STYLE = "<style>p { color: red } p:hover { color: blue } @media (max-width: 9px) { p { color: green } }</style>"


def test_styles_are_put_into_the_elements_and_what_cannot_be_there_stays() -> None:
    page = html(f"<html><head>{STYLE}</head><body><p>Dear {{{{ name }}}}</p></body></html>")
    assert '<p style="color: red;">Dear Fay</p>' in page
    assert "p:hover { color: blue" in page
    assert "@media" in page
    assert "p { color: red }" not in page


def test_a_part_of_a_page_stays_one() -> None:
    assert html("<style>p { color: red }</style><p>Hi</p>") == '<p style="color: red;">Hi</p>\n'


def test_what_has_no_styles_is_sent_as_it_is_written() -> None:
    source = "<table><tr><td bgcolor=red>&copy;<br></table>"
    assert html(source) == f"{source}\n"
    assert "<p>" in html('<style data-css-inline="ignore">p { color: red }</style><p>Hi')


def test_tags_between_rows_and_in_attributes_stay_where_they_are() -> None:
    source = (
        "<style>td { padding: 0; color: {{ colour }} }</style><table>"
        '{% for x in [1, 2] %}<tr><td class="a{% if x == 1 %} b{% endif %}">{{ x }}</td></tr>{% endfor %}</table>'
    )
    rows = "".join(
        f'<tr><td class="a{more}" style="padding: 0;color: blue;">{x}</td></tr>' for x, more in ((1, " b"), (2, ""))
    )
    assert html(source, colour="blue") == f"<table>{rows}</table>\n"


def test_a_tag_that_would_be_lost_is_told_with_its_line() -> None:
    source = f"<style>p {{ color: red }}</style>\n<p {TEAM}class=x{{% endif %}}>Hi</p><p {TEAM}id=x{{% endif %}}>Hi</p>"
    with pytest.raises(TemplateError, match="cannot stay where it is") as caught:
        written(Form.HTML, source.replace("<p", "<style>{% if a %}</style>{% if a %}{% endif %}{% endif %}<p", 1))
    assert caught.value.line in {1, 2}


def test_nothing_of_it_is_done_for_a_recipient(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def counted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*given: object, **more: object) -> object:
            done.append(name)
            return call(*given, **more)

        return counting

    monkeypatch.setattr(mrml, "to_html", counted("mjml", mrml.to_html))
    monkeypatch.setattr(css_inline, "CSSInliner", counted("styles", css_inline.CSSInliner))
    monkeypatch.setattr(Masks, "pieces", counted("pieces", Masks.pieces))
    renderers = [written(Form.MJML, MJML), written(Form.MARKDOWN, "# Hi {{ name }}")]
    assert {"mjml", "styles", "pieces"} == set(done)
    before = len(done)
    for render in renderers:
        for number in range(50):
            render(person(f"p{number}@example.org"))
    assert len(done) == before


# ---- inheritance and includes ----------------------------------------------------------------------------------


@pytest.fixture(name="root")
def with_a_layout(tmp_path: Path) -> Path:
    (tmp_path / "layout.html").write_text(
        "<html><head><style>h1 { color: red }</style><title>{% block title %}Acme{% endblock %}</title></head><body>"
        "{% block body %}nothing{% endblock %}{% include 'foot.html' %}</body></html>"
    )
    (tmp_path / "foot.html").write_text("{% set a = 'Bye' %}\n<p>{{ a }} {{ name }}</p>")
    (tmp_path / "note.md").write_text("A *note*")
    return tmp_path


def test_a_template_may_extend_and_include_others(root: Path) -> None:
    source = (
        "{% extends 'layout.html' %}{% set greeting = 'Hello' %}"
        "{% block title %}{{ super() }}: news{% endblock %}"
        "{% block body %}<h1>{{ greeting }} {{ name }}</h1>{% endblock %}"
    )
    page = html(source, root=root)
    assert "<title>Acme: news</title>" in page
    assert '<h1 style="color: red;">Hello Fay</h1>' in page
    assert "<p>Bye Fay</p>" in page
    assert text(source, root=root) == "Hello Fay\n\nBye Fay\n"
    assert {path.name for path in written(Form.HTML, source, root).files} == {"layout.html", "foot.html"}


def test_markdown_may_extend_html_and_include_markdown(root: Path) -> None:
    source = "{% extends 'layout.html' %}\n{% block body %}\n# Hi\n\n{% include 'note.md' %}\n{% endblock %}\n"
    page = html(source, Form.MARKDOWN, root=root)
    assert '<h1 style="color: red;">Hi</h1>' in page
    assert "<p>A <em>note</em></p>" in page


def test_what_an_included_file_calls_something_is_nobody_elses(root: Path) -> None:
    source = "<style>p { color: red }</style>{% set a = 'mine' %}{% include 'foot.html' %}<p>{{ a }}</p>"
    assert 'Bye Fay</p><p style="color: red;">mine</p>' in html(source, root=root)


@pytest.mark.parametrize("source", ["{% include '../x.html' %}", "{% extends '/etc/passwd' %}", "{% include 'x' %}"])
def test_nothing_outside_the_folder_is_read(root: Path, source: str) -> None:
    (root.parent / "x.html").write_text("secret")
    with pytest.raises(TemplateError, match="template not found"):
        written(Form.HTML, source, root)


def test_a_mistake_has_its_line_wherever_the_tag_went(root: Path) -> None:
    (root / "foot.html").write_text("<p>\n{{ name }}\n{{ points + 1 }}</p>")
    with pytest.raises(TemplateError) as caught:
        html("{% extends 'layout.html' %}", root=root, points="x")
    assert (caught.value.template, caught.value.line) == ("foot.html", 3)
    with pytest.raises(TemplateError) as caught:
        html("# Hi\n\nText\n\n{{ points + 1 }}\n", Form.MARKDOWN, points="x")
    assert (caught.value.template, caught.value.line) == ("news.md", 5)


TAGS = st.sampled_from(["{{ a }}", "{% if a %}", "{% endif %}", "{# c #}"])
TEXTS = st.text(st.sampled_from("ab <>/=\"'\n-!qz1&;"), max_size=8)


def pieces_of(*texts: str) -> list[Piece]:
    return [Piece(each, "t", 1, is_tag=each.startswith("{")) for each in texts]


@given(st.lists(TAGS | TEXTS, min_size=1).map(lambda texts: pieces_of(*texts)))
@example(pieces_of("<!--", "{{ a }}", "-->"))
@example(pieces_of("<p ", "{{ a }}", '="" >'))
@example(pieces_of("<p title='>", "{{ a }}", "'>", "{{ a }}", "qzq1q"))
@examples(100)
def test_what_nobody_changes_comes_back(pieces: list[Piece]) -> None:
    masks = Masks(pieces, "nothing is done")
    wanted = "".join(piece.text for piece in pieces)
    for masked in (masks.words, masks.html):
        assert "".join(piece.text for piece in masks.pieces(masked)) == wanted
    assert joined(pieces).text.count("{") == wanted.count("{")

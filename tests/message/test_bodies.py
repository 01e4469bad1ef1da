import pytest

from mailgrid.errors import TemplateError
from mailgrid.message.markup import Markup
from mailgrid.message.spec import Choice, Words
from mailgrid.message.template import Engine
from tests.message.letters import part, person, renderer

NAME = Words("receipt.{{ lang }}.html", "template receipt.{{ lang }}.html")
HTML = Choice(
    NAME,
    {
        ("de",): Words("<p>Hallo {{ name }}</p>", "receipt.de.html"),
        ("en",): Words("<p>Hello {{ name }}</p>", "receipt.en.html"),
    },
    ("{{ lang }}",),
)
TEXT = Choice(
    Words("receipt.{{ lang }}.txt", "template receipt.{{ lang }}.txt"),
    {("de",): Words("Guten Tag {{ name }} {{ total }}", "receipt.de.txt")},
    ("{{ lang }}",),
)


@pytest.mark.parametrize("lang, words", [("de", "Hallo Fay"), ("en", "Hello Fay")])
def test_each_gets_the_template_of_their_language(lang: str, words: str) -> None:
    content = renderer(html=HTML)(person(lang=lang)).content
    assert part(content, "plain") == f"{words}\n"
    assert part(content, "html") == f"<p>{words}</p>\n"


def test_a_language_that_has_no_template_is_known_before_anything_is_written() -> None:
    render = renderer(html=HTML)
    assert render.is_personal
    assert [render.lacking(person(lang=lang)) for lang in ("de", "it", "")] == ["", NAME.text, NAME.text]
    with pytest.raises(TemplateError, match=r"there is no template `receipt\.\{\{ lang \}\}\.html`"):
        render(person(lang="it"))


def test_html_and_text_that_belong_together_are_both_needed() -> None:
    render = renderer(html=HTML, text=TEXT)
    assert part(render(person(lang="de", total="1")).content, "plain") == "Guten Tag Fay 1\n"
    assert render.lacking(person(lang="en")) == "receipt.{{ lang }}.html"
    assert render.needed(("email", "name", "lang", "total", "more")) == ("email", "name", "lang", "total")


def test_one_text_may_go_with_every_html() -> None:
    render = renderer(html=HTML, text="For {{ name }}")
    assert part(render(person(lang="en")).content, "plain") == "For Fay\n"


def test_each_template_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = Markup.of

    def counted(words: Words, engine: Engine, pictures: frozenset[str], seed: str) -> Markup:
        made.append(words.name)
        return make(words, engine, pictures, seed)

    monkeypatch.setattr(Markup, "of", counted)
    render = renderer(html=HTML)
    for number in range(20):
        render(person(f"p{number}@example.org", lang=("de", "en")[number % 2]))
    assert made == ["receipt.de.html", "receipt.en.html"]

import re

import pytest

from mailgrid.errors import MailgridError, TemplateError
from mailgrid.message.spec import Unsubscribing, Words
from tests.message.letters import parsed, person, renderer, write

URL = "https://acme.example/u?i={{ name | urlencode }}&t={{ token }}"
SECRET = "a secret of thirty-two characters"


def leaving(url: str = URL, mailto: str | None = None, *, one_click: bool = True) -> Unsubscribing:
    return Unsubscribing(Words(url, "unsubscribe"), Words(mailto, "mailto") if mailto else None, one_click)


def header(content: bytes, name: str) -> list[str]:
    return [str(value) for key, value in parsed(content).items() if key.lower() == name.lower()]


def test_a_link_to_leave_with_one_click() -> None:
    content = write(unsubscribe=leaving(), token_key=lambda: SECRET).content
    (link,) = header(content, "List-Unsubscribe")
    assert re.fullmatch(r"<https://acme\.example/u\?i=Fay&t=1[0-9a-f]{36}>", link)
    assert header(content, "List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"]


def test_an_address_beside_it_and_no_click() -> None:
    content = write(unsubscribe=leaving("http://acme.example/", "un+{{ name }}@acme.example", one_click=False)).content
    assert header(content, "List-Unsubscribe") == ["<http://acme.example/>, <mailto:un+Fay@acme.example>"]
    assert header(content, "List-Unsubscribe-Post") == []


def test_an_address_may_have_a_subject() -> None:
    content = write(unsubscribe=leaving("https://acme.example/", "mailto:un@acme.example?subject=a b")).content
    assert b"<mailto:un@acme.example?subject=a%20b>" in content


@pytest.mark.parametrize("length", [60, 200, 500, 900])
def test_the_link_is_never_broken(length: int) -> None:
    url = "https://acme.example/".ljust(length, "x")
    content = write(unsubscribe=leaving(url, "un@acme.example")).content
    assert f"<{url}>".encode() in content
    assert header(content, "List-Unsubscribe") == [f"<{url}>, <mailto:un@acme.example>"]


def test_texts_show_the_same_link() -> None:
    content = write(
        unsubscribe=leaving("https://acme.example/?a=1&b={{ name }}"),
        html="<a href='{{ unsubscribe_url }}'>leave</a>",
        text="{{ unsubscribe_url }}",
    ).content
    assert b"href='https://acme.example/?a=1&amp;b=Fay'" in content
    assert b"\r\nhttps://acme.example/?a=1&b=Fay\r\n" in content


@pytest.mark.parametrize(
    "url", ["acme.example/u", "ftp://acme.example/", "https://acme.example/a b", "https://a/<>", "https://é.example/"]
)
def test_what_is_no_url_is_refused_when_it_is_compiled(url: str) -> None:
    with pytest.raises(TemplateError, match="`unsubscribe` is no URL"):
        renderer(unsubscribe=leaving(url))


@pytest.mark.parametrize("value", ["a b", "a>", "ä", "x, <mailto:evil@example.org", "a\r\nX-Evil: 1", '"'])
def test_no_value_breaks_out_of_the_link(value: str) -> None:
    compiled = renderer(unsubscribe=leaving("https://acme.example/{{ name }}"))
    with pytest.raises(TemplateError):
        compiled(person(name=value))


def test_one_click_wants_https() -> None:
    with pytest.raises(TemplateError, match="no https URL"):
        renderer(unsubscribe=leaving("http://acme.example/"))


def test_without_the_setting_the_link_is_a_column_like_others() -> None:
    assert [use.name for use in renderer(text="{{ unsubscribe_url }}").uses] == ["email", "unsubscribe_url"]
    assert renderer(text="{{ unsubscribe_url }}", unsubscribe=leaving()).needed(["name", "x"]) == ("name",)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("news.acme.example", "<news.acme.example>"),
        ("<news.acme.example>", "<news.acme.example>"),
        ("Acme News <news.acme.example>", "Acme News <news.acme.example>"),
        ("Grüße, {{ name }} <news.acme.example>", "Grüße, Fay <news.acme.example>"),
    ],
)
def test_the_name_of_the_list(text: str, written: str) -> None:
    content = write(list_id=Words(text, "list_id")).content
    assert header(content, "List-Id") == [written]
    raw = re.search(rb"^List-Id: (.*(?:\r\n .*)*)", content, re.MULTILINE)
    assert raw
    assert b"<news.acme.example>" in raw[1]


@pytest.mark.parametrize("text", ["news", "news acme.example", "a..b", "", "x <a.b", "é.example", "a.b>"])
def test_what_is_no_name_of_a_list_is_refused(text: str) -> None:
    with pytest.raises(TemplateError, match="`list_id`"):
        renderer(list_id=Words(text, "list_id"))


def test_what_complaints_are_counted_by() -> None:
    content = write(feedback_id=Words("spring:{{ name }}:mail:acme1", "feedback_id")).content
    assert header(content, "Feedback-ID") == ["spring:Fay:mail:acme1"]


@pytest.mark.parametrize("text", ["a:b:c:four", "a:b:c:sixteen_and_more_", "a:b:c:d:acme1", "a b:c:d:acme1", "ä:acme1"])
def test_what_cannot_be_counted_by_is_refused(text: str) -> None:
    with pytest.raises(TemplateError, match="`feedback_id`"):
        renderer(feedback_id=Words(text, "feedback_id"))


def test_a_value_can_make_it_wrong_for_one_row_only() -> None:
    compiled = renderer(feedback_id=Words("{{ name }}:acme1", "feedback_id"))
    with pytest.raises(TemplateError, match="`feedback_id`"):
        compiled(person(name="two words"))
    assert b"Feedback-ID: Fay:acme1\r\n" in compiled(person()).content


def test_precedence() -> None:
    assert header(write(precedence="bulk").content, "Precedence") == ["bulk"]


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("list-unsubscribe", {"unsubscribe": leaving()}),
        ("List-Unsubscribe-Post", {"unsubscribe": leaving()}),
        ("List-ID", {"list_id": Words("a.b", "list_id")}),
        ("Feedback-Id", {"feedback_id": Words("acme1", "feedback_id")}),
        ("Precedence", {"precedence": "bulk"}),
    ],
)
def test_no_header_is_written_twice(name: str, setting: dict[str, object]) -> None:
    with pytest.raises(MailgridError, match="set twice"):
        renderer(headers=[(name, "x")], **setting)

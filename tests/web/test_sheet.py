from email.message import EmailMessage

import pytest

from mailgrid.web.letter import Letter
from mailgrid.web.sheet import has_dark_styles, has_remote_pictures, policy, sheet


def letter(html: str, *pictures: bytes) -> Letter:
    made = EmailMessage()
    made.set_content(html, subtype="html")
    for number, picture in enumerate(pictures):
        made.add_related(picture, "image", "png", cid=f"<p{number}@x>")
    return Letter(made.as_bytes())


def test_pictures_of_the_message_stand_in_it() -> None:
    html = '<img src="cid:p0@x"><td background=cid:p0%40x><p style="background:url(cid:p0@x)"><img src="cid:none">'
    shown = sheet(letter(html, b"abc"), dark=False)
    assert shown.count("data:image/png;base64,YWJj") == 3
    assert "cid:none" in shown


def test_a_picture_that_is_named_a_thousand_times_fills_no_memory() -> None:
    shown = sheet(letter('<img src="cid:p0@x">' * 1000, b"x" * 1_000_000), dark=False)
    assert len(shown) < 40_000_000


@pytest.mark.parametrize(("dark", "holds"), [(True, ("min", "max")), (False, ("max", "min"))])
def test_dark_mode_is_that_of_the_page_and_not_of_the_browser(dark: bool, holds: tuple[str, str]) -> None:
    css = "<style>@media (prefers-color-scheme: dark){a{}}@media ( Prefers-Color-Scheme :light){a{}}</style>"
    shown = sheet(letter(css), dark=dark)
    assert f"@media ({holds[0]}-width: 0){{a{{}}}}@media ({holds[1]}-width: 0)" in shown
    assert "prefers-color-scheme" not in shown.lower()


def test_a_message_without_dark_styles_is_known() -> None:
    assert has_dark_styles('<meta name="color-scheme" content="light dark">')
    assert not has_dark_styles("<p>Hello")


def test_the_doctype_stays_first() -> None:
    assert sheet(letter("<!DOCTYPE html>\n<html>"), dark=False).startswith("<!DOCTYPE html><base")


def test_what_connects_before_the_policy_is_asked_is_left_out() -> None:
    html = "<link rel=preconnect href=//evil.example><LINK/rel=x><li<link nk><iframe src=//x></iframe><Frame\nsrc=//x>"
    shown = sheet(letter(html), dark=False)
    assert shown.endswith(
        "<meta rel=preconnect href=//evil.example><meta/rel=x><li<meta nk><span src=//x></span><wbr\nsrc=//x>\n"
    )


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://a.example/1.png">',
        "<img alt=x src='//a.example/1.png'>",
        '<source srcset="http://a.example/1 2x">',
        "<svg><image xlink:href=https://a.example/1>",
        '<td background="http://a.example/3">',
        '<p style="background:url( https://a.example/4)">',
    ],
)
def test_remote_pictures_are_known(html: str) -> None:
    assert has_remote_pictures(html)


def test_a_link_and_a_picture_of_the_message_are_not_remote_pictures() -> None:
    assert not has_remote_pictures('<a href="https://a.example/"><img src="cid:x"></a><img src="data:image/png,x">')
    assert not has_remote_pictures("<img " * 100_000)


def test_e15_the_policy_lets_nothing_act_and_nothing_be_fetched() -> None:
    strict = policy(remote=False)
    assert "http" not in strict
    assert "script" not in strict
    assert "allow-scripts" not in policy(remote=True)
    assert "allow-same-origin" not in policy(remote=True)
    assert "img-src data: https: http:;" in policy(remote=True)

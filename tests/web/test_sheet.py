from email.message import EmailMessage

import pytest

from mailgrid.web.letter import Letter
from mailgrid.web.sheet import has_dark_styles, policy, remote_pictures, sheet


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


def test_hints_to_connect_are_left_out() -> None:
    shown = sheet(letter("<link rel=preconnect href=//evil.example><LINK/rel=x><li<link nk rel=x>"), dark=False)
    assert "<link " not in shown.lower().replace("<link-left-out", "")


def test_remote_pictures_are_counted_once_each() -> None:
    html = (
        "<img src=\"https://a.example/1.png\"><img alt=x src='https://a.example/1.png'><img src=//b.example/2>"
        '<table background="http://c.example/3"><p style="background:url(https://d.example/4)"><img src="cid:x">'
        '<a href="https://e.example/">no picture</a>'
    )
    assert remote_pictures(html) == 4


def test_the_policy_lets_nothing_act_and_nothing_be_fetched() -> None:
    strict = policy(remote=False)
    assert "http" not in strict
    assert "script" not in strict
    assert "allow-scripts" not in policy(remote=True)
    assert "allow-same-origin" not in policy(remote=True)
    assert "img-src data: https: http:;" in policy(remote=True)

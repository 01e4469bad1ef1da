"""What the doctor says of a message."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.doctor.content import check_content

FINE = '<p>Hello</p><img src="https://x.example/a.png" alt=""><a href="https://acme.example/out">Unsubscribe</a>'
IMPRINT = "<p>Acme, 1 Main Street, Springfield, IL 62701</p>"


def message(html: str = FINE + IMPRINT, subject: str = "Hello", one_click: bool = True) -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"] = "hello@acme.example", subject
    if one_click:
        made["List-Unsubscribe"] = "<https://acme.example/out?t=1>, <mailto:out@acme.example>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content("Hello")
    made.add_alternative(html, subtype="html")
    return made.as_bytes()


def checks(content: bytes, *, marketing: bool = True) -> list[str]:
    found = list(check_content(content, marketing=marketing))
    assert all(each.what and each.why and each.mend and each.link for each in found)
    return [each.check for each in found]


def test_a_good_message_has_no_finding() -> None:
    assert checks(message()) == []


@pytest.mark.parametrize(
    "content, found",
    [
        (message(subject=""), ["subject"]),
        (message(subject="x" * 61), ["subject"]),
        (message(FINE + IMPRINT + "<i></i>" * 16_000), ["size"]),
        (message(FINE + IMPRINT + '<img src="x">'), ["alt"]),
        (message(FINE + IMPRINT + '<a href="http://acme.example/">us</a>'), ["links"]),
        (message(FINE + IMPRINT + '<a href="https://evil.example/">www.acme.example</a>'), ["links"]),
        (message(FINE + IMPRINT + '<a href="https://acme.example/x">https://www.acme.example</a>'), []),
        (message(FINE + IMPRINT + '<a href="https://click.acme.example/x">acme.example</a>'), []),
        (message(one_click=False), ["unsubscribe"]),
        (message("<p>Hello</p>" + IMPRINT), ["unsubscribe"]),
        (message(FINE), ["postal address"]),
    ],
)
def test_what_is_wrong_is_named(content: bytes, found: list[str]) -> None:
    assert checks(content) == found


def test_what_nobody_can_leave_needs_no_way_out() -> None:
    assert checks(message("<p>Your receipt</p>", one_click=False), marketing=False) == []


@given(st.text(), st.binary())
def test_any_message_can_be_looked_at(html: str, octets: bytes) -> None:
    list(check_content(octets, marketing=True))
    head = b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    list(check_content(head + html.encode("utf-8", "replace"), marketing=True))


def test_a_charset_that_nobody_knows_is_read_as_nothing() -> None:
    assert checks(b"Subject: x\r\nContent-Type: text/html; charset=nosuch\r\n\r\n<img>", marketing=False) == []

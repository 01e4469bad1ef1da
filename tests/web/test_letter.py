from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.web.letter import Letter
from mailgrid.web.sheet import sheet

PIXEL = b"\x89PNG\r\n\x1a\n pixel"


def message() -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Ada Ünal <ada@acme.example>"
    made["Subject"] = "Grüße, 你好"
    made.set_content("Hello\n")
    made.add_alternative('<img src="cid:pic@acme"><p>Hello</p>', subtype="html")
    html = made.get_payload(1)
    assert isinstance(html, EmailMessage)
    html.add_related(PIXEL, "image", "png", cid="<pic@acme>", filename="pic.png")
    made.add_attachment(b"%PDF", "application", "pdf", filename="Rechnung Nº 1.pdf")
    other = EmailMessage()
    other["Subject"] = "inside"
    other.set_content("forwarded")
    made.add_attachment(other)
    return made


def test_a_message_is_taken_apart_as_a_mail_program_does_it() -> None:
    letter = Letter(message().as_bytes())
    assert (letter.text, letter.html) == ("Hello\n", '<img src="cid:pic@acme"><p>Hello</p>\n')
    assert (letter.header("subject"), letter.header("from")) == ("Grüße, 你好", "Ada Ünal <ada@acme.example>")
    kinds = [(part.kind, part.name, part.is_body) for part in letter.parts]
    assert kinds == [
        ("text/plain", "", True),
        ("text/html", "", True),
        ("image/png", "pic.png", False),
        ("application/pdf", "Rechnung Nº 1.pdf", False),
        ("message/rfc822", "", False),
    ]
    assert letter.named("pic@acme") == letter.parts[2]
    assert b"Subject: inside" in letter.parts[4].content


def test_an_attached_text_is_no_body() -> None:
    made = EmailMessage()
    made.set_content("body")
    made.add_attachment("<b>not the body</b>", subtype="html", filename="page.html")
    assert Letter(made.as_bytes()).html is None


@pytest.mark.parametrize(
    ("raw", "name", "read"),
    [
        (b"Subject: =?utf-8?q?=C3=BC?=", "subject", "ü"),
        (b"Subject: =?nowhere?q?=C3=BC?=", "subject", "=?nowhere?q?=C3=BC?="),
        (b"Subject: =?utf-8?b?a?=", "subject", "=?utf-8?b?a?="),
        ("Subject: grüße".encode(), "subject", "grüße"),
        (b"Subject: gr\xfc\xdfe", "subject", "gr��e"),
        (b"Subject: one\r\n two", "subject", "one two"),
        (b'From: "broken <a@b', "from", '"broken <a@b'),
    ],
)
def test_headers_are_read_whatever_they_hold(raw: bytes, name: str, read: str) -> None:
    assert Letter(raw + b"\r\n\r\ntext").header(name) == read


def test_a_charset_that_nobody_knows_is_read_all_the_same() -> None:
    letter = Letter(b"Content-Type: text/plain; charset=nowhere\r\n\r\n\xc3\xbc")
    assert letter.text == "ü"


def test_parts_in_parts_in_parts_end_nothing() -> None:
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(3000))
    assert Letter(b"Subject: deep\r\n" + nested.encode()).header("subject") == "deep"


@given(st.binary(max_size=400), st.sampled_from(["subject", "content-type", "content-id", "content-disposition"]))
def test_no_bytes_are_too_strange(octets: bytes, name: str) -> None:
    for raw in (octets, f"{name}: ".encode() + octets, b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + octets):
        letter = Letter(raw)
        sheet(letter, dark=True)
        assert [part.number for part in letter.parts] == list(range(len(letter.parts)))

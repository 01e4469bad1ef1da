import re
from email.message import EmailMessage

import pytest
from fast_mail_parser import parse_email
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.errors import TemplateError
from mailgrid.message.mime import Alternative, Single
from tests.examples import examples
from tests.message.letters import parsed, part

WIRE = re.compile(rb"(?:[^\r\n\0]*\r\n)*")
CONTROLS = [chr(code) for code in {*range(32)} - {9, 10, 13}]
TEXTS = st.text(st.characters(exclude_characters=CONTROLS, exclude_categories=["Cs"]), max_size=300)


def lines_ended(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") else text + "\n"


@given(TEXTS)
@examples(300)
def test_any_text_comes_back_in_lines_that_mail_allows(text: str) -> None:
    content = Single()(text)
    assert WIRE.fullmatch(content)
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert part(content, "plain") == lines_ended(text)


@given(TEXTS, TEXTS)
@examples(200)
def test_both_texts_come_back_plain_first(text: str, html: str) -> None:
    content = Alternative("seed")(text, html)
    assert WIRE.fullmatch(content)
    first, second = parsed(content).iter_parts()
    assert (first.get_content_type(), second.get_content_type()) == ("text/plain", "text/html")
    assert (part(content, "plain"), part(content, "html")) == (lines_ended(text), lines_ended(html))


@pytest.mark.parametrize(
    "text, encoding",
    [
        ("Hello", "7bit"),
        ("x" * 998, "7bit"),
        ("x" * 999, "quoted-printable"),
        ("x" * 5_000, "quoted-printable"),
        ("Grüße aus der Stadt", "quoted-printable"),
        ("é" * 700, "base64"),
        ("漢字", "base64"),
        ("Hello\nFrom here on\n", "quoted-printable"),
        ("From here on\n", "quoted-printable"),
        (".\n..\n.\n", "7bit"),
        ("blanks at the end  \n", "7bit"),
        ("größer  \n\t\n", "quoted-printable"),
    ],
)
def test_chooses_an_encoding_that_suits_the_text(text: str, encoding: str) -> None:
    content = Single()(text)
    assert parsed(content)["Content-Transfer-Encoding"] == encoding
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert part(content, "plain") == lines_ended(text)
    assert parse_email(content).text_plain[0].replace("\r\n", "\n").rstrip() == text.rstrip()


@pytest.mark.parametrize("control", CONTROLS)
def test_refuses_control_characters(control: str) -> None:
    with pytest.raises(TemplateError, match="a value holds a control character"):
        Single()(f"a{control}b")


def test_a_boundary_in_a_text_ends_no_part() -> None:
    write = Alternative("seed")
    boundary = parsed(write("", "")).get_boundary()
    assert boundary is not None
    for text in (boundary, f"--{boundary}", f"--{boundary}--", f"a\n--{boundary}--\nb", f"é\n--{boundary}\n"):
        content = write(text, text)
        assert content.count(b"\r\n--" + boundary.encode()) == 3
        parts = list(parsed(content).iter_parts())
        assert all(isinstance(found, EmailMessage) for found in parts)
        assert len(parts) == 2
        assert part(content, "plain") == part(content, "html") == lines_ended(text)


def test_each_mailing_has_its_own_boundary() -> None:
    assert parsed(Alternative("a")("", "")).get_boundary() != parsed(Alternative("b")("", "")).get_boundary()

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import pytest
from fast_mail_parser import parse_email
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.errors import TemplateError
from mailgrid.message.address import Address
from mailgrid.message.encoded_word import encoded_words
from mailgrid.message.headers import date, mailboxes, one_line, structured, unstructured
from tests.examples import examples
from tests.message.letters import parsed

REST = b"MIME-Version: 1.0\r\n\r\nHello\r\n"
PRINTABLE = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=120)


def lines_of(header: bytes) -> list[bytes]:
    assert header.endswith(b"\r\n")
    lines = header[:-2].split(b"\r\n")
    assert all(line.startswith(b" ") and line.strip() for line in lines[1:])
    return lines


@given(PRINTABLE.map(lambda text: text.strip(" \t")))
@examples(300)
def test_any_subject_comes_back_as_it_was(text: str) -> None:
    header = unstructured("Subject", text)
    assert all(len(line) <= 76 or b"=?" not in line for line in lines_of(header))
    assert str(parsed(header + REST)["Subject"]) == text
    assert parse_email(header + REST).subject == text


@pytest.mark.parametrize(
    "text",
    [
        "🎉 " * 60,
        "漢字かな交じり文" * 40,
        "Grüße aus der Stadt, " * 12,
        "plain words " * 40 + "end",
        "two  blanks   and    more " * 6 + "end",
        "looks like =?utf-8?q?an_encoded?= word",
        "x" * 2_000,
        "é" * 700,
    ],
)
def test_a_long_subject_comes_back_too(text: str) -> None:
    header = unstructured("Subject", text)
    assert max(map(len, lines_of(header))) <= 78
    assert str(parsed(header + REST)["Subject"]) == text.strip()
    assert parse_email(header + REST).subject == text.strip()


@given(st.text(max_size=90))
@examples(200)
def test_an_encoded_word_is_short_and_holds_whole_characters(text: str) -> None:
    words = encoded_words(text)
    for word in words:
        assert len(word) <= 75
        assert re.fullmatch(r"=\?utf-8\?[qb]\?[A-Za-z0-9!*+/=_-]*\?=", word)
        assert "\ufffd" not in str(parsed(f"Subject: {word}\r\n\r\n".encode())["Subject"]) or "\ufffd" in text


@pytest.mark.parametrize("length", [60, 77, 78, 200, 900])
@pytest.mark.parametrize("name", ["List-Unsubscribe", "X-Visit"])
def test_an_address_of_a_page_is_never_broken(name: str, length: int) -> None:
    url = "https://example.org/u?t=".ljust(length - 2, "a")
    write = structured if name == "List-Unsubscribe" else unstructured
    header = write(name, f"<{url}>, <mailto:unsubscribe@example.org?subject=stop>")
    assert any(url.encode() in line for line in lines_of(header))
    assert b"=?" not in header
    assert re.sub(r"\s", "", str(parsed(header + REST)[name])).startswith(f"<{url}>")


def test_a_header_for_machines_is_ascii() -> None:
    with pytest.raises(TemplateError, match="takes ASCII only"):
        structured("List-Id", "<größe.example.org>")
    with pytest.raises(TemplateError, match="more than 950 characters"):
        structured("List-Unsubscribe", f"<https://example.org/{'a' * 980}>")


NAMES = [
    "Fay",
    "Fay Jones",
    "Jones, Fay",
    "Müller, Jörg",
    'Fay "the fox" Jones',
    "back\\slash",
    "Fay (at home)",
    "fay@example.org",
    "Fay: Jones; others",
    "Σωκράτης, ὁ φιλόσοφος",
    "=?utf-8?q?evil?= <x@y.org>",
    "a.b.c",
    "Ünïcödé " * 12 + "end",
    "Fay " * 40 + "end",
    "🦊",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_and_its_address_come_back_as_one(name: str) -> None:
    header = mailboxes("To", [Address(name, "fay", "example.org")])
    lines_of(header)
    (address,) = parsed(header + REST)["To"].addresses
    assert address.addr_spec == "fay@example.org"
    assert re.sub(r" +", " ", address.display_name) == name
    (other,) = parse_email(header + REST).to
    assert other.address == "fay@example.org"


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=60))
@examples(300)
def test_no_name_makes_a_second_address(name: str) -> None:
    header = mailboxes("To", [Address(name.strip(), "fay", "example.org")])
    assert [address.addr_spec for address in parsed(header + REST)["To"].addresses] == ["fay@example.org"]


def test_a_list_of_addresses_is_folded_between_them() -> None:
    people = [Address(f"Person {number}", f"person{number}", "example.org") for number in range(20)]
    header = mailboxes("Cc", people)
    assert max(map(len, lines_of(header))) <= 76
    assert [a.addr_spec for a in parsed(header + REST)["Cc"].addresses] == [person.wire for person in people]


def test_an_international_address_is_never_encoded() -> None:
    header = mailboxes("To", [Address("Jörg", "jörg", "xn--exmple-cua.org")])
    assert header == "To: =?utf-8?q?J=C3=B6rg?= <jörg@xn--exmple-cua.org>\r\n".encode()


@pytest.mark.parametrize(
    "moment, text",
    [
        (datetime(2026, 5, 1, 9, 30, 15, 999_999, UTC), "Fri, 01 May 2026 09:30:15 +0000"),
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=ZoneInfo("America/New_York")), "Thu, 31 Dec 2026 23:59:59 -0500"),
        (datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=45))), "Thu, 01 Jan 2026 00:00:00 +0545"),
        (datetime(1900, 1, 1, tzinfo=ZoneInfo("Europe/Paris")), "Mon, 01 Jan 1900 00:00:00 +0009"),
    ],
)
def test_a_date_has_a_numeric_zone(moment: datetime, text: str) -> None:
    assert date(moment) == f"Date: {text}\r\n".encode()


def test_a_moment_without_a_zone_is_one_of_this_machine() -> None:
    moment = datetime(2026, 5, 1, 9, 30).astimezone()
    assert parsedate_to_datetime(date(moment.replace(tzinfo=None)).decode()[6:].strip()) == moment


def test_line_ends_of_a_template_become_blanks() -> None:
    assert one_line("\n  Hello,\r\n  Fay \n", "subject") == "Hello, Fay"
    assert one_line("a\u2028b\x85c", "subject") == "a\u2028b\x85c"


@pytest.mark.parametrize("control", [*map(chr, {*range(32)} - {9, 10, 13}), "\x7f"])
def test_control_characters_are_refused(control: str) -> None:
    with pytest.raises(TemplateError, match="`subject` holds a control character"):
        one_line(f"a{control}b", "subject")

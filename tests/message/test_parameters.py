from email import message_from_bytes, policy

import pytest
from fast_mail_parser import parse_email
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.message.parameters import fallback, filename
from tests.examples import examples

# The standard library takes `<>` and quotes around a name away, though they belong to it.
NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=200).filter(
    lambda name: name[0] + name[-1] not in {"<>", '""'}
)


def part(name: str) -> bytes:
    return (
        b"Content-Type: application/pdf"
        + fallback(name)
        + b"\r\nContent-Disposition: attachment;"
        + filename(name)
        + b"\r\n\r\nx\r\n"
    )


@given(NAMES)
@examples(200)
def test_any_name_comes_back(name: str) -> None:
    octets = part(name)
    assert octets.isascii()
    assert message_from_bytes(octets, policy=policy.default).get_filename() == name


@pytest.mark.parametrize(
    "name", ["terms.pdf", "Angebot für Jörg.pdf", "請求書.pdf", "ü" * 200, "x" * 200 + ".pdf", 'a "quoted" \\ name.pdf']
)
def test_two_other_programs_read_it(name: str) -> None:
    message = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + part(name) + b"--b--\r\n"
    )
    assert parse_email(message).attachments[0].filename.replace("\\", "") == name.replace("\\", "")
    assert max(map(len, part(name).split(b"\r\n"))) < 998


def test_what_is_written() -> None:
    assert filename("terms.pdf") == b'\r\n filename="terms.pdf"'
    assert fallback("terms.pdf") == b""
    assert filename("Über uns.pdf") == b"\r\n filename*=utf-8''%C3%9Cber%20uns.pdf"
    assert fallback("Über 請.pdf") == b';\r\n name="Uber _.pdf"'
    long = filename("ü" * 30)
    assert long.startswith(b"\r\n filename*0*=utf-8''%C3%BC")
    assert max(map(len, long.split(b"\r\n"))) <= 78

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.errors import TemplateError
from mailgrid.message.lint import check, has_large_headers, has_long_line

GOOD = (
    b"Date: Fri, 01 May 2026 09:30:15 +0000\r\n"
    b"From: news@example.com\r\n"
    b"To: fay@example.org\r\n"
    b"Subject: News\r\n"
    b"Message-ID: <1@example.com>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"\r\n"
    b"Hello\r\n"
)


def with_header(header: bytes) -> bytes:
    return header + b"\r\n" + GOOD


def test_passes_a_good_message() -> None:
    check(GOOD)
    assert not has_large_headers(GOOD)


@pytest.mark.parametrize("byte", [b"\r", b"\n", b"\r\r\n", b"\n\r", b"\0"])
@pytest.mark.parametrize("place", [3, 30, len(GOOD) - 4, len(GOOD)])
def test_refuses_bare_line_ends_and_nul(byte: bytes, place: int) -> None:
    with pytest.raises(TemplateError, match=r"a line does not end in CRLF|NUL|has no name"):
        check(GOOD[:place] + byte + GOOD[place:])


def test_refuses_a_last_line_without_an_end() -> None:
    with pytest.raises(TemplateError, match="a line does not end in CRLF"):
        check(GOOD[:-2])


def test_refuses_a_line_of_more_than_998_octets() -> None:
    check(GOOD + b"x" * 998 + b"\r\n")
    with pytest.raises(TemplateError, match="a line has 999 bytes"):
        check(GOOD + b"x" * 999 + b"\r\n")


@pytest.mark.parametrize("name", ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version"])
def test_wants_each_header_exactly_once(name: str) -> None:
    line = next(line for line in GOOD.split(b"\r\n") if line.startswith(name.encode()))
    with pytest.raises(TemplateError, match=f"the header `{name.lower()}` is missing"):
        check(GOOD.replace(line + b"\r\n", b""))
    with pytest.raises(TemplateError, match=f"the header `{name.lower()}` stands there twice"):
        check(with_header(line))


@pytest.mark.parametrize("name", ["Reply-To", "Cc", "Sender", "Content-Type"])
def test_some_headers_may_be_missing_but_not_twice(name: str) -> None:
    line = f"{name}: a@example.com\r\n".encode()
    check(line + GOOD if name != "Content-Type" else GOOD)
    with pytest.raises(TemplateError, match="stands there twice"):
        check(line + line + GOOD)


def test_others_may_stand_twice() -> None:
    check(with_header(b"X-Tag: a\r\nX-Tag: b"))


@pytest.mark.parametrize("name", [b"Bcc", b"BCC", b"bcc"])
def test_refuses_bcc(name: bytes) -> None:
    with pytest.raises(TemplateError, match="there is a `Bcc` header"):
        check(with_header(name + b": b@example.com"))


def test_does_not_take_a_body_for_headers() -> None:
    check(GOOD + b"Bcc: b@example.com\r\nFrom: x\r\n")


@pytest.mark.parametrize("line", [b"no name", b": value", b"two words: value", b"tab\tin: value"])
def test_refuses_a_header_without_a_name(line: bytes) -> None:
    with pytest.raises(TemplateError, match="a header line has no name"):
        check(with_header(line))


def test_warns_of_large_headers_and_refuses_huge_ones() -> None:
    large = with_header(b"X-Large: " + b"\r\n ".join([b"x" * 70] * 200))
    check(large)
    assert has_large_headers(large)
    with pytest.raises(TemplateError, match=r"the headers have \d+,\d+ bytes"):
        check(with_header(b"X-Huge: " + b"\r\n ".join([b"x" * 70] * 1_000)))


@given(st.lists(st.sampled_from([0, 1, 40, 400, 996, 997, 998, 999, 1000, 1001, 2000]), max_size=8))
def test_a_long_line_is_found_wherever_it_is(lengths: list[int]) -> None:
    octets = b"".join(b"x" * length + b"\r\n" for length in lengths)
    assert has_long_line(octets) == any(length > 998 for length in lengths)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (GOOD.replace(b"Subject:", b"X-A: b\r\n \r\nSubject:"), "header-form"),
        (b" begins with a fold\r\n" + GOOD, "header-form"),
        (GOOD.replace(b"Subject:", b"List-Unsubscribe: <x/\r\n =?utf-8?q?a?=>\r\nSubject:"), "encoded-word"),
        (GOOD.replace(b"Subject:", b"List-Id: <a.b>\r\nlist-id: <a.b>\r\nSubject:"), "header-twice"),
        (GOOD.replace(b"News", b"\x1b]0;"), "control"),
    ],
)
def test_names_the_rule(content: bytes, rule: str) -> None:
    with pytest.raises(TemplateError, match=f"`{rule}`"):
        check(content)

from hypothesis import given, settings
from hypothesis import strategies as st
from mailgrid_plugins.transports.smtp.content import dot_stuffed

CONTENT = st.lists(st.sampled_from([b".", b"..", b"a", b"", b".a", b"a."]), max_size=8).map(
    lambda lines: b"".join(line + b"\r\n" for line in lines)
)


@given(CONTENT)
@settings(max_examples=200)
def test_stuffed_content_ends_once_and_gives_the_same_back(content: bytes) -> None:
    wire = b"".join(dot_stuffed(content))
    assert wire.endswith(b".\r\n")
    body = wire.removesuffix(b".\r\n")
    lines = body.splitlines(keepends=True)
    assert b".\r\n" not in lines
    assert b"".join(line.removeprefix(b".") for line in lines) == content


def test_content_without_a_last_line_end_gets_one() -> None:
    assert dot_stuffed(b"a") == (b"a", b"\r\n.\r\n")
    assert dot_stuffed(b"") == (b"", b".\r\n")


def test_nothing_is_copied_where_no_line_begins_with_a_dot() -> None:
    content = b"Subject: hello\r\n\r\nHello.\r\n"
    assert dot_stuffed(content)[0] is content

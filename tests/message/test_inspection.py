import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.message.finding import RULES
from mailgrid.message.inspection import inspect
from mailgrid.message.spec import Unsubscribing, Words
from tests.docs.pages import table
from tests.examples import examples
from tests.message.letters import person, renderer, write

GOOD = write(html="<p>Hello</p>").content
ANY = renderer(
    to="{{ name }} <{{ email }}>",
    subject="{{ name }}",
    headers=[("X-Name", "{{ name }}")],
    html="<p>{{ name }}</p>",
    list_id=Words("{{ name }} <news.acme.example>", "list_id"),
    unsubscribe=Unsubscribing(
        Words("https://acme.example/{{ name | urlencode }}", "unsubscribe"), None, one_click=True
    ),
)


def rules(content: bytes) -> set[str]:
    return {each.rule for each in inspect(content)}


def with_header(line: str, without: str = "") -> bytes:
    head, _, body = GOOD.partition(b"\r\n\r\n")
    kept = [each for each in head.split(b"\r\n") if not without or not each.startswith(without.encode())]
    return b"\r\n".join([*kept, line.encode(), b"", body]) if line else b"\r\n".join([*kept, b"", body])


@examples(60)
@given(st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60))
def test_nothing_is_wrong_with_what_we_write(name: str) -> None:
    assert inspect(ANY(person(name=name)).content) == ()


BROKEN = [
    ("line-end", GOOD.replace(b"\r\n", b"\n", 1)),
    ("line-end", GOOD.replace(b"\r\n", b"\n")),
    ("line-end", GOOD.replace(b"\r\n", b"\r", 1)),
    ("line-end", GOOD[:-2]),
    ("line-length", GOOD.replace(b"Hello", b"x" * 999)),
    ("control", GOOD.replace(b"Hello", b"\0")),
    ("control", GOOD.replace(b"Hello", b"\x1b]0;")),
    ("header-form", with_header("no colon")),
    ("header-form", with_header("Bad name: x")),
    ("header-form", with_header("X-A: b\r\n \r\n c")),
    ("header-size", with_header("\r\n".join(f"X-{number}: {'x' * 90}" for number in range(120)))),
    ("header-missing", with_header("", "Date")),
    ("header-missing", with_header("", "From")),
    ("header-missing", with_header("", "Message-ID")),
    ("header-missing", with_header("", "Subject")),
    ("header-twice", with_header("subject: again")),
    ("header-twice", with_header("FROM: Acme <news@example.com>")),
    ("header-ascii", with_header("X-Name: é")),
    ("bcc", with_header("Bcc: boss@example.org")),
    ("from", with_header("From: a@example.org, b@example.org", "From")),
    ("from", with_header("From: nobody", "From")),
    ("date", with_header("Date: yesterday", "Date")),
    ("date", with_header("Date: Fri, 01 May 2026 09:30:15 GMT", "Date")),
    ("message-id", with_header("Message-ID: abc@example.org", "Message-ID")),
    ("encoded-word", with_header("List-Help: =?utf-8?q?a?=")),
    ("encoded-word", with_header("X-A: <=?utf-8?q?a?=@example.org>")),
    ("encoded-word", with_header(f"X-A: =?utf-8?q?{'a' * 80}?=")),
    ("list-id", with_header("List-Id: news")),
    ("list-unsubscribe", with_header("List-Unsubscribe: https://acme.example/")),
    ("list-unsubscribe", with_header("List-Unsubscribe-Post: List-Unsubscribe=One-Click")),
    (
        "list-unsubscribe",
        with_header(
            "DKIM-Signature: v=1; h=from:to; b=x\r\nList-Unsubscribe: <https://acme.example/>\r\n"
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
        ),
    ),
    ("feedback-id", with_header("Feedback-ID: a:b:c:d:e")),
    ("mime-version", with_header("", "MIME-Version")),
    ("boundary", GOOD[: GOOD.rindex(b"\r\n--")] + b"\r\n"),
    ("alternative", GOOD.replace(b"text/plain", b"text/html")),
    ("alternative", GOOD.replace(b"text/plain", b"text/x").replace(b"text/html", b"text/plain")),
    ("encoding", GOOD.replace(b"Hello", "é".encode())),
    ("encoding", with_header("Content-Transfer-Encoding: nonsense")),
]


@pytest.mark.parametrize(("rule", "content"), BROKEN)
def test_a_broken_rule_is_found_and_nothing_else(rule: str, content: bytes) -> None:
    assert rules(content) == {rule}


def test_every_rule_is_broken_here_and_told_on_the_page() -> None:
    assert {rule for rule, _ in BROKEN} == set(RULES)
    assert {row[0].strip("`"): row[1] for row in table("docs/messages.md", "rule")} == dict(RULES)


def test_it_says_on_which_line() -> None:
    (found,) = inspect(GOOD.replace(b"Subject: News", b"Subject: News\r\nBcc: boss@example.org"))
    assert found.line == GOOD.partition(b"Subject")[0].count(b"\n") + 2


@examples(100)
@given(st.binary(max_size=200), st.binary(max_size=20))
def test_whatever_the_bytes_are_it_ends(content: bytes, more: bytes) -> None:
    inspect(content)
    inspect(b"Content-Type: multipart/mixed; boundary=" + more + b"\r\n\r\n--" + content)
    place = len(content) * 7 % len(GOOD)
    inspect(GOOD[:place] + more + GOOD[place:])

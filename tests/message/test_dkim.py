import re
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256

import dkim
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.errors import MailgridError
from mailgrid.message import dkim as signing
from mailgrid.message import lint
from mailgrid.message.dkim import Signature, Signatures, load_key
from mailgrid.message.spec import Unsubscribing, Words
from tests.examples import examples
from tests.message.keys import dns, ed25519, pem, rsa
from tests.message.letters import person, renderer

NOW = datetime(2024, 5, 1, 9, 30, 15, tzinfo=UTC)  # whoever verifies takes no signature from the future
BOTH = (
    Signature("example.com", "rsa", load_key(pem(rsa()))),
    Signature("example.com", "ed", load_key(pem(ed25519()))),
)
SIGN = Signatures(BOTH, lambda: NOW)
LETTERS = renderer(
    subject="{{ name }}",
    html="<p>{{ name }}</p>",
    unsubscribe=Unsubscribing(Words("https://acme.example/{{ email }}", "unsubscribe"), None, one_click=True),
    feedback_id=Words("acme1", "feedback_id"),
    list_id=Words("news.acme.example", "list_id"),
    signatures=BOTH,
)


def believed(content: bytes) -> list[bool]:
    return [dkim.DKIM(content).verify(idx=index, dnsfunc=dns) for index in range(2)]


def signed_headers(content: bytes) -> list[list[str]]:
    unfolded = content.replace(b"\r\n ", b" ").decode("latin-1")
    return [
        found.replace(" ", "").split(":")
        for found in re.findall(r"^DKIM-Signature:.*? h=(.*?);", unfolded, re.MULTILINE)
    ]


@examples(30)
@given(st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=80))
def test_whatever_is_written_another_program_believes_both_signatures(name: str) -> None:
    content = LETTERS(person(name=name)).content
    assert believed(content) == [True, True]
    lint.check(content)
    assert max(map(len, content.partition(b"Date:")[0].split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    "body", [b"", b"\r\n", b"\r\n\r\n", b"a", b"a  b \t\r\n\r\n", b" \r\n", b"\t a\r\n \r\n", b"a\r\n\r\nb\r\n\r\n\r\n"]
)
def test_any_body_is_taken_as_verifiers_take_it(body: bytes) -> None:
    content = b"From: a@example.com\r\nSubject:  two \t blanks\r\n\tand a fold \r\nX-No: x\r\n\r\n" + body
    assert believed(SIGN(content)) == [True, True]


def test_one_byte_changed_anywhere_that_is_signed_is_not_believed() -> None:
    content = LETTERS(person()).content
    for place in range(content.index(b"Date:"), len(content) - 2, 7):
        if content[place : place + 1].isalnum():
            changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            with suppress(dkim.DKIMException):  # it is no message any more
                assert not dkim.DKIM(changed).verify(dnsfunc=dns), changed[place - 20 : place + 20]


@pytest.mark.parametrize("name", ["From", "To", "Cc", "Reply-To", "Subject", "Date", "List-Unsubscribe", "Feedback-ID"])
def test_nobody_can_add_another_header(name: str) -> None:
    content = LETTERS(person()).content
    forged = f"{name}: x\r\n".encode() + content
    after = content.replace(b"MIME-Version", f"{name}: x\r\nMIME-Version".encode(), 1)
    for changed in (forged, after):
        assert not dkim.DKIM(changed).verify(dnsfunc=dns)


def test_the_way_out_of_the_list_is_signed() -> None:
    for names in signed_headers(LETTERS(person()).content):
        for name in ("list-unsubscribe", "list-unsubscribe-post", "feedback-id", "list-id", "from"):
            assert names.count(name) == 2


def test_the_time_is_that_of_the_signature() -> None:
    assert f"t={int(NOW.timestamp())};".encode() in SIGN(b"From: a@example.com\r\n\r\n")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "holds no private key"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds no private key"),
        (b"\xff" * 40, "holds no private key"),
    ],
)
def test_what_is_no_key_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(MailgridError, match=reason):
        load_key(content)


@pytest.mark.parametrize("bits,is_short", [(1024, True), (2048, False)])
def test_a_short_key_is_known(bits: int, is_short: bool) -> None:
    assert load_key(pem(rsa(bits))).is_short is is_short


@given(st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n", b"bb"]), max_size=14).map(b"".join), st.integers(0, 3))
@examples(100)
def test_a_large_file_behind_the_texts_changes_nothing(texts: bytes, ends: int) -> None:
    body = texts + b"QUJD\r\n" * 4_000 + b"\r\n" * ends
    assert signing._hash(body) == sha256(signing._body(body)).digest()

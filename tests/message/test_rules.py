"""Whatever stands in a list, in whatever field: a message is legal as it is, or its row fails, alone."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from fast_mail_parser import parse_email
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.errors import AddressError, TemplateError
from mailgrid.message.inspection import inspect
from mailgrid.message.message_id import MessageIds
from mailgrid.message.spec import Unsubscribing, Words
from tests.examples import examples
from tests.message.letters import parsed, person, renderer

EVERYWHERE = renderer(
    sender="{{ a }} <news@example.com>",
    to="{{ b }} <{{ email }}>",
    reply_to="{{ c }} <reply@example.com>",
    return_path="bounce+{{ token }}@example.com",
    cc=["{{ d }} <copy@example.com>"],
    subject="{{ e }}",
    preheader="{{ f }}",
    headers=[("X-Any", "{{ g }}"), ("X-More", "x {{ h }}")],
    unsubscribe=Unsubscribing(
        Words("https://acme.example/{{ i | urlencode }}/{{ token }}", "unsubscribe"),
        Words("leave@acme.example?subject={{ i }}", "mailto"),
        one_click=True,
    ),
    list_id=Words("{{ j }} <news.acme.example>", "list_id"),
    feedback_id=Words("a:b:c:acme1", "feedback_id"),
    precedence="bulk",
    html="<p>{{ k }}</p>\n{{ unsubscribe_url }}",
    text="{{ l }}",
    token_key=lambda: "a secret of thirty-two characters",
)
FIELDS = "abcdefghijkl"
TEXT = st.text(max_size=30) | st.text('ab ,<>@"\\:;=?.\r\n\0\x0b\x1b\x85\u2028\u202eé\U0001f600', max_size=20)
PRINTED = st.characters(exclude_categories=["Cc"])
CLEAN = st.text(PRINTED, max_size=30) | st.text('ab ,<>@"\\:;=?.é\U0001f600')
NAMES = [
    "date", "from", "to", "cc", "reply-to", "subject", "message-id", "list-unsubscribe", "list-unsubscribe-post",
    "precedence", "list-id", "feedback-id", "x-any", "x-more", "mime-version", "content-type",
]  # fmt: skip


@examples(150)
@given(st.fixed_dictionaries(dict.fromkeys(FIELDS, CLEAN)), st.sampled_from(FIELDS), TEXT)
def test_e7_any_text_in_every_field(fields: dict[str, str], place: str, text: str) -> None:
    fields[place] = text
    with suppress(TemplateError, AddressError):
        content = EVERYWHERE(person(fields=fields)).content
        assert re.fullmatch(rb"(?:[^\r\n\0]{0,998}\r\n)*", content)
        assert inspect(content) == ()
        names = [name.lower() for name, _ in parsed(content).items()]
        assert sorted({*names, "x-any"}) == sorted(NAMES)  # that one is left out where it is empty
        assert len(names) == len(set(names))
        for line in re.split(rb"\r\n(?! )", content.partition(b"\r\n\r\n")[0]):
            if re.match(rb"(?i)list-unsub|message-id|feedback-id", line):
                assert b"=?" not in line


@examples(60)
@given(st.sampled_from(FIELDS), TEXT)
def test_e7_a_field_changes_nothing_but_its_own_place(field: str, text: str) -> None:
    plain = dict.fromkeys(FIELDS, "x")
    with suppress(TemplateError, AddressError):
        message = parsed(EVERYWHERE(person(fields={**plain, field: text})).content)
        usual = parsed(EVERYWHERE(person(fields=plain)).content)
        own = {"a": "From", "b": "To", "c": "Reply-To", "d": "Cc", "e": "Subject", "g": "X-Any", "h": "X-More"}
        own |= {"i": "List-Unsubscribe", "j": "List-Id"}
        for name, value in usual.items():
            assert name == own.get(field) or str(message[name]) == str(value)


@examples(60)
@given(st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=40))
def test_two_programs_read_the_same_subject(subject: str) -> None:
    content = EVERYWHERE(person(fields={**dict.fromkeys(FIELDS, "x"), "e": subject})).content
    assert parsed(content)["Subject"] == parse_email(content).subject == subject


def test_a_hundred_thousand_people_have_as_many_ids() -> None:
    ids = MessageIds("welcome", "")
    assert len({ids(str(number), "example.com") for number in range(100_000)}) == 100_000


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Chatham"])
def test_the_date_is_the_time_of_sending_wherever_it_runs(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    compiled = renderer(clock=lambda: datetime.now(UTC).astimezone())
    written = parsed(compiled(person()).content)["Date"].datetime
    assert abs(written - datetime.now(UTC)) < timedelta(seconds=5)

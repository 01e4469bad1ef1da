import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.errors import AddressError, MailgridError, TemplateError
from mailgrid.message.address import Address
from mailgrid.message.reading import Use
from tests.examples import examples
from tests.message.letters import NOW, parsed, part, person, renderer, write

HTML = "<p>Dear {{ name }},</p>\n<p><a href='https://example.org/{{ id }}'>Go</a> {{ vars.brand }} {{ city }}</p>\n"
EVERYWHERE = renderer(
    to="{{ name }} <{{ email }}>",
    subject="{{ name }}: {{ city }}",
    reply_to="{{ name }} <reply@example.com>",
    cc=["{{ name }} <copy@example.com>"],
    bcc=["hidden@example.com"],
    headers=[("X-City", "{{ city }}"), ("X-Name", "{{ name }}")],
    html=HTML,
    text="{{ name }} {{ city }}",
    variables={"brand": "Acme"},
)
NAMES = [
    "date", "from", "to", "cc", "reply-to", "subject", "message-id", "x-city", "x-name", "mime-version", "content-type",
]  # fmt: skip
ANY = st.text(max_size=40) | st.text('ab ,<>@"\\:;=?\r\n\0\x0b\x85\u2028é', max_size=30)


@given(ANY, ANY)
@examples(400)
def test_no_value_changes_the_headers_or_the_lines(name: str, city: str) -> None:
    someone = person(name=f"x{name}", city=f"x{city}", id=city)
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", name + city):
        with pytest.raises(TemplateError):
            EVERYWHERE(someone)
        return
    message = EVERYWHERE(someone)
    assert re.fullmatch(rb"(?:[^\r\n\0]{0,998}\r\n)*", message.content)
    found = parsed(message.content)
    assert [header.lower() for header, _ in found.items()] == NAMES
    assert [address.addr_spec for address in found["To"].addresses] == ["fay@example.org"]
    assert [address.addr_spec for address in found["Cc"].addresses] == ["copy@example.com"]
    assert (message.rcpt_to, message.copies) == ("fay@example.org", ("copy@example.com", "hidden@example.com"))
    assert (message.mail_from, message.needs) == ("news@example.com", frozenset())
    assert [p.get_content_type() for p in found.iter_parts()] == ["text/plain", "text/html"]
    text = f"x{name} x{city}".encode("utf-8", "replace").decode()
    assert part(message.content, "plain") == text + "\n"


@given(ANY)
@examples(200)
def test_any_address_cell_is_one_address_or_fails_that_row(cell: str) -> None:
    with suppress(AddressError):
        address = EVERYWHERE.address_of({"email": cell})
        assert re.fullmatch(r"[!#-;=?-~\x80-\U0010ffff]+", address.wire)


@pytest.mark.parametrize("control", ["\0", "\x01", "\x0b", "\x0c", "\x1b", "\x1f"])
@pytest.mark.parametrize("column", ["name", "city"])
def test_a_control_character_fails_only_its_row(control: str, column: str) -> None:
    render = renderer(text="{{ city }}", subject="{{ name }}")
    with pytest.raises(TemplateError, match="control character") as caught:
        render(person(fields={"name": "a", "city": "b", column: f"S3cret{control}"}))
    assert "S3cret" not in caught.value.message
    assert render(person(name="a", city="tab\tis fine")).content.endswith(b"tab\tis fine\r\n")


@pytest.mark.parametrize("ending", ["\r", "\n", "\r\n"])
def test_a_line_end_is_one_in_a_body_and_fails_the_row_in_a_header(ending: str) -> None:
    assert write(person(name=f"a{ending}b"), text="{{ name }}").content.endswith(b"\r\n\r\na\r\nb\r\n")
    for setting in (
        {"subject": "{{ name }}"},
        {"headers": [("X-A", "{{ name }}")]},
        {"to": "{{ name }} <{{ email }}>"},
    ):
        with pytest.raises(TemplateError, match="a value holds a line end"):
            write(person(name=f"a{ending}b"), **setting)


def test_only_the_text_makes_a_message_of_one_part() -> None:
    content = write(text="Hello {{ name }}").content
    assert parsed(content).get_content_type() == "text/plain"
    assert part(content, "plain") == "Hello Fay\n"


def test_the_text_is_made_of_the_html_where_none_is_given() -> None:
    html = "<h1>Hi {{ name }}</h1>{% if city %}<p>{{ city }}</p>{% endif %}<p>{{ note|safe }} {{ name|e }} end</p>"
    message = write(person(name="<Fay>", city=None, note="<b>bold</b>"), html=html)
    assert part(message.content, "plain") == "Hi <Fay>\n\nbold <Fay> end\n"
    assert "<b>bold</b> &lt;Fay&gt; end" in part(message.content, "html")


def test_includes_are_turned_into_text_too(tmp_path: Path) -> None:
    (tmp_path / "foot.html").write_text("<p>From <b>{{ vars.brand }}</b></p>")
    message = write(html="<p>Hi</p>{% include 'foot.html' %}", root=tmp_path, variables={"brand": "Acme"})
    assert part(message.content, "plain") == "Hi\n\nFrom Acme\n"


def test_a_row_has_its_columns_and_our_names() -> None:
    text = (
        "{{ name }} {{ row['First Name'] }} {{ row.name }} {{ vars.brand }} {{ recipient.address }} "
        "{{ campaign.name }} {{ now.isoformat() }} {{ empty }}{{ empty|default('-') }} {{ acme_twice(name) }}"
    )
    message = write(
        person(fields={"empty": None, "First Name": "Fay J."}),
        text=text,
        variables={"brand": "Acme"},
        functions={"acme_twice": lambda value: value + value},
    )
    assert part(message.content, "plain") == f"Fay Fay J. Fay Acme fay@example.org welcome {NOW.isoformat()} - FayFay\n"


def test_our_names_win_over_columns_which_stay_in_the_row() -> None:
    cells = {"vars": "a", "now": "b", "campaign": "c", "row": "d", "recipient": "e", "range": "f"}
    text = "{{ campaign.name }} {{ recipient.address }} {{ row.vars }}{{ row.now }}{{ row.row }} {{ range }}"
    assert part(write(person(fields=cells), text=text).content, "plain") == "welcome fay@example.org abd f\n"


def test_date_is_the_time_of_sending() -> None:
    found = parsed(write().content)
    assert parsedate_to_datetime(found["Date"]) == NOW.replace(microsecond=0)
    now = datetime.now(UTC)
    found = parsed(write(clock=lambda: datetime.now(UTC)).content)
    assert abs((parsedate_to_datetime(found["Date"]) - now).total_seconds()) < 5


def test_message_id_stays_the_same_on_every_attempt_and_differs_between_people_and_editions() -> None:
    render = renderer(edition="1")
    first = render(person())
    assert parsed(first.content)["Message-ID"] == first.message_id == render(person()).message_id
    assert first.message_id.endswith("@example.com>")
    others = [render(person("jon@example.org")), renderer(edition="2")(person()), renderer(campaign="b")(person())]
    assert len({first.message_id, *(other.message_id for other in others)}) == 4


def test_message_id_has_the_domain_of_the_sender_of_that_message() -> None:
    message = write(person(shop="paris"), sender="{{ shop }}@{{ shop }}.example.com")
    assert (message.mail_from, message.message_id[-19:]) == ("paris@paris.example.com", "@paris.example.com>")


def test_bcc_is_in_the_envelope_only() -> None:
    message = write(bcc=["hidden@example.com"])
    assert message.copies == ("hidden@example.com",)
    assert b"hidden" not in message.content
    assert b"bcc" not in message.content.lower()


def test_nobody_gets_two_copies_and_empty_ones_are_left_out() -> None:
    copies = ["{{ email }}", "{{ boss }}", "Boss <boss@example.com>", "BOSS@example.com", "{{ nobody }}"]
    message = write(person(boss="boss@example.com", nobody=""), cc=copies[:3], bcc=copies[3:])
    assert message.copies == ("BOSS@example.com",)


def test_the_name_that_came_with_the_address_is_shown() -> None:
    render = renderer(to="{{ contact }}")
    fields = {"contact": "Jones, Fay <fay@example.org>"}
    assert render.address_of(fields) == Address("Jones, Fay", "fay", "example.org")
    found = parsed(render(person(fields=fields)).content)
    assert found["To"].addresses[0].display_name == "Jones, Fay"


def test_the_recipient_s_address_is_the_one_that_is_used() -> None:
    message = renderer(to="{{ name }} <{{ email }}>")(person("other@example.org", email="fay@example.org"))
    assert (message.rcpt_to, str(parsed(message.content)["To"])) == ("other@example.org", "Fay <other@example.org>")


def test_an_international_address_says_what_it_needs() -> None:
    message = write(person("jörg@exämple.org"))
    assert message.rcpt_to == "jörg@xn--exmple-cua.org"
    assert message.needs == {"8bit", "smtputf8"}
    assert "\r\nTo: jörg@xn--exmple-cua.org\r\n".encode() in message.content
    assert write(bcc=["jörg@example.org"]).needs == {"smtputf8"}
    assert write(person("fay@exämple.org")).needs == frozenset()


def test_needs_only_the_columns_that_are_used() -> None:
    columns = ["id", "email", "First Name", "zip", "name", "city"]
    render = renderer(subject="{{ row['First Name'] }}", html=HTML, variables={"brand": "Acme"})
    assert render.needed(columns) == ("id", "email", "First Name", "name", "city")
    assert renderer(text="{{ row|length }}").needed(columns) == tuple(columns)


def test_knows_every_place_where_a_column_is_used() -> None:
    render = renderer(subject="Hi {{ name }}", text="a\n{{ city }}", headers=[("X-A", "{{ id }}")], cc=["{{ boss }}"])
    assert render.uses == (
        Use("email", "to", 1, 4),
        Use("boss", "cc", 1, 4),
        Use("name", "subject", 1, 7),
        Use("id", "header X-A", 1, 4),
        Use("city", "text", 2, 4),
    )


def test_headers_of_the_author_are_written_and_empty_ones_left_out() -> None:
    message = write(
        headers=[("X-Tag", "a"), ("X-Empty", "{{ '' }}"), ("X-Tag", "ü"), ("List-Id", "<news.example.com>")]
    )
    found = parsed(message.content)
    assert found.get_all("X-Tag") == ["a", "ü"]
    assert (found["X-Empty"], found["List-Id"]) == (None, "<news.example.com>")


@pytest.mark.parametrize(
    "headers, reason",
    [
        ([("From", "x")], "`From` is not set with `header`"),
        ([("bcc", "x")], "`bcc` is not set with `header`"),
        ([("Message-Id", "x")], "`Message-Id` is not set with `header`"),
        ([("Content-Type", "x")], "`Content-Type` is not set with `header`"),
        ([("X A", "x")], "`X A` cannot be a header's name"),
        ([("X:", "x")], "`X:` cannot be a header's name"),
        ([("X\r\nBcc", "x")], "cannot be a header's name"),
        ([("X-ä", "x")], "cannot be a header's name"),
        ([("", "x")], "cannot be a header's name"),
        ([("List-Id", "x"), ("list-id", "y")], "the header `list-id` is set twice"),
    ],
)
def test_headers_that_are_not_the_author_s_are_refused(headers: list[tuple[str, str]], reason: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(reason)):
        renderer(headers=headers)


@pytest.mark.parametrize(
    "settings_, reason",
    [
        ({"sender": "Acme"}, "`sender`: the address has no `@`"),
        ({"sender": "a@example.com, b@example.com"}, "`sender`: there is more than one address"),
        ({"reply_to": "x"}, "`reply_to`: the address has no `@`"),
        ({"cc": ["x"]}, "`cc`: the address has no `@`"),
        ({"subject": "{{ name"}, "unexpected end of template"),
        ({"html": "{{ vars.nobody }}"}, "there is no `vars.nobody`"),
        ({"html": "<p {% if a %}>x</p>{% endif %}"}, "no plain text can be made of the HTML"),
    ],
)
def test_mistakes_show_when_the_campaign_is_compiled(settings_: dict[str, object], reason: str) -> None:
    with pytest.raises(MailgridError, match=re.escape(reason)):
        renderer(**settings_)


def test_a_long_header_fails_its_row() -> None:
    with pytest.raises(TemplateError, match="the headers have"):
        write(person(name="x " * 40_000), subject="{{ name }}")


def test_a_subject_can_be_read_on_its_own() -> None:
    assert renderer(subject="  Grüße,\n  {{ name }} ").subject_of(person()) == "Grüße, Fay"


def test_many_threads_write_the_same_messages_as_one() -> None:
    people = [
        person(f"person{number}@example.org", name=f"Näme {number}", city="x" * number, id=number)
        for number in range(300)
    ]
    alone = [EVERYWHERE(someone) for someone in people]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(EVERYWHERE, people)) == alone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.errors import AddressError, TemplateError
from mailgrid.message.address import Address
from mailgrid.message.mailbox import Mailbox
from mailgrid.message.spec import Words
from mailgrid.message.template import Engine
from tests.examples import examples

ENGINE = Engine(known=frozenset(), records={}, root=None)


def mailbox(text: str, first_line: int = 1) -> Mailbox:
    return Mailbox(Words(text, "to", first_line), ENGINE)


@pytest.mark.parametrize(
    "text, address",
    [
        ("{{ email }}", Address("", "fay", "example.org")),
        ("{{ name }} <{{ email }}>", Address("Jones, Fay", "fay", "example.org")),
        ('"{{ name }}" <{{ email }}>', Address("Jones, Fay", "fay", "example.org")),
        ("{{ nothing }} <{{ email }}>", Address("", "fay", "example.org")),
        ("{{ both }}", Address("Fay", "f", "x.org")),
        ("{{ name }} <{{ both }}>", Address("Jones, Fay", "f", "x.org")),
        ("{{ nothing }} <{{ both }}>", Address("Fay", "f", "x.org")),
        ("{% if 1 < 2 %}{{ email }}{% endif %}", Address("", "fay", "example.org")),
        ("\n  {{ name }}\n  <{{ email }}>\n", Address("Jones, Fay", "fay", "example.org")),
        ("{{ local }}@example.org", Address("", "fay", "example.org")),
    ],
)
def test_name_and_address_are_filled_apart(text: str, address: Address) -> None:
    names: dict[str, object] = {
        "email": "fay@example.org",
        "name": "Jones, Fay",
        "nothing": "",
        "both": "Fay <f@x.org>",
        "local": "fay",
    }
    assert mailbox(text)(names) == address


@pytest.mark.parametrize("text", ["{{ email }}", "{{ name }} <{{ email }}>", "<{{ email }}>", "x{{ email }}"])
@pytest.mark.parametrize("evil", ["a@x.org, b@x.org", "a@x.org>, <b@x.org", "a@x.org\r\nBcc: b@x.org", "a@x.org\0", ""])
def test_no_value_adds_an_address(text: str, evil: str) -> None:
    with pytest.raises((AddressError, TemplateError)) as caught:
        mailbox(text)({"email": evil, "name": "Fay"})
    assert "x.org" not in caught.value.message


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=30))
@examples(100)
def test_any_name_is_only_a_name(name: str) -> None:
    found = mailbox("{{ name }} <{{ email }}>")({"name": name, "email": "fay@example.org"})
    assert found.wire == "fay@example.org"
    assert found.display == name.strip()


def test_one_without_tags_is_fixed_and_checked_at_once() -> None:
    assert mailbox('"Acme, Inc." <news@example.com>').fixed == Address("Acme, Inc.", "news", "example.com")
    assert mailbox("{{ email }}").fixed is None
    with pytest.raises(AddressError, match="`to`: the address has no `@`"):
        mailbox("Acme")


@pytest.mark.parametrize("text", ["<{{ email }}> x", "> {{ email }} <", "a <{{ email }}"])
def test_an_unfinished_form_is_refused(text: str) -> None:
    with pytest.raises(TemplateError, match="nothing may follow the address") as caught:
        mailbox(text, first_line=7)
    assert (caught.value.template, caught.value.line) == ("to", 7)


def test_an_optional_one_may_be_empty() -> None:
    assert mailbox("{{ boss }}").optional({"boss": " "}) is None
    assert mailbox("{{ boss }}").optional({"boss": "b@x.org"}) == Address("", "b", "x.org")
    assert mailbox("b@x.org").optional({}) == Address("", "b", "x.org")


def test_lines_are_counted_on_both_sides() -> None:
    with pytest.raises(TemplateError) as caught:
        mailbox("{{ name }}\n<{{ nobody }}>", first_line=10)({"name": "Fay"})
    assert caught.value.line == 11


@pytest.mark.parametrize(
    "text,column",
    [
        ("{{ email }}", "email"),
        ("{{ row['e-mail'] }}", "e-mail"),
        ('{{ row["E Mail"] }}', "E Mail"),
        ("{{ row['it\\'s'] }}", None),
        ("{{ row.email }}", None),
        ("{{ campaign['name'] }}", None),
        ("{{ email }}.org", None),
        ("{{ email | lower }}", None),
        ("{{ now }}", None),
    ],
)
def test_an_address_that_is_nothing_but_a_column_need_not_be_filled(text: str, column: str | None) -> None:
    known = frozenset({"row", "campaign", "now"})
    engine = Engine(known=known, records={"row": None, "campaign": frozenset({"name"})}, root=None)
    assert Mailbox(Words(text, "to", 1), engine).column == column

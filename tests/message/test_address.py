import re
from contextlib import suppress

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.errors import AddressError
from mailgrid.message.address import Address, parse
from tests.examples import examples

ENVELOPE = re.compile(rb"[!#-;=?-~\x80-\xff]+")


@pytest.mark.parametrize(
    "text, address",
    [
        ("fay@example.org", Address("", "fay", "example.org")),
        ("  fay@example.org ", Address("", "fay", "example.org")),
        ("Fay.O'Neil+x@Example.ORG", Address("", "Fay.O'Neil+x", "example.org")),
        ("Fay <f@x.org>", Address("Fay", "f", "x.org")),
        ("<f@x.org>", Address("", "f", "x.org")),
        ('"Jones, \\"Fay\\"" <f@x.org>', Address('Jones, "Fay"', "f", "x.org")),
        ("Jones, Fay <f@x.org>", Address("Jones, Fay", "f", "x.org")),
        ("f@münchen.example", Address("", "f", "xn--mnchen-3ya.example")),
        ("f@xn--mnchen-3ya.de", Address("", "f", "xn--mnchen-3ya.de")),
        ("jörg@example.org", Address("", "jörg", "example.org")),
        ("f@example.test", Address("", "f", "example.test")),
        ("f@mail.invalid", Address("", "f", "mail.invalid")),
        ("f@shop.localhost", Address("", "f", "shop.localhost")),
        ("ü@shop.localhost", Address("", "ü", "shop.localhost")),
    ],
)
def test_reads_one_address(text: str, address: Address) -> None:
    assert parse(text) == address


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", "the address is empty"),
        ("  ", "the address is empty"),
        ("Fay <>", "the address is empty"),
        ("fay", "the address has no `@`"),
        ("fay@localhost", "the address has no dot in its domain"),
        ("fay@münchen", "the address has no dot in its domain"),
        ("fay jones@x.org", "the address holds a blank"),
        ("fay\u00a0jones@x.org", "the address holds a blank"),
        ("a@x.org, b@x.org", "there is more than one address"),
        ("a@x.org;b@x.org", "there is more than one address"),
        ("a@x.org, Bob <b@x.org>", "there is more than one address"),
        ("alice@example.org)bob@evil.example", "there is more than one address"),
        ("fay@x.org\n", "the address holds a line end or another control character"),
        ("fay@x.org\r\nBcc: b@x.org", "the address holds a line end or another control character"),
        ("F\x00ay <fay@x.org>", "the address holds a line end or another control character"),
        ("Fay <fay@x.org> x", "the address begins with `<` but does not end with `>`"),
        ("fay@192.168.0.1", "the last part of the domain does not end in a letter"),
        ("fay@x..org", "an email address cannot have two periods in a row"),
        (".fay@x.org", "an email address cannot start with a period"),
        ("fay@exa_mple.org", "the part after the @-sign contains invalid characters: '_'"),
        (f"{'f' * 65}@x.org", "the address is not valid"),
        (f"f@{'x' * 64}.org", None),
        (f"f@{'x.' * 126}org", None),
        ('"fay"@x.org', None),
        ("fay@[192.168.0.1]", None),
    ],
)
def test_says_why_it_is_not_one_address(text: str, reason: str | None) -> None:
    with pytest.raises(AddressError) as caught:
        parse(text)
    assert reason is None or caught.value.message == reason


def test_compares_without_regard_to_case_but_keeps_it_on_the_wire() -> None:
    address = parse("Fay.Straße@EXAMPLE.org")
    assert address.wire == "Fay.Straße@example.org"
    assert address.key == "fay.strasse@example.org"
    assert not address.ascii
    assert parse("fay@example.org").ascii


PIECES = st.lists(
    st.sampled_from(["a", "B9", ".", "-", "--", "_", "+", "@", "xn--", "x.org", "ü", "1", '"', " "]), max_size=9
)


@given(PIECES)
@examples(400)
def test_accepts_no_address_that_the_careful_library_refuses(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        address = parse(text)
    except AddressError:
        return
    local, _, domain = text.strip().rpartition("@")
    known = validate_email(f"{local}@{domain}.org", check_deliverability=False, strict=True)
    assert known.ascii_domain is not None
    assert address.domain == known.ascii_domain.lower().removesuffix(".org")


@given(PIECES)
@examples(400)
def test_accepts_every_address_that_the_careful_library_accepts(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        known = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return
    assert parse(text).wire == f"{known.local_part}@{known.ascii_domain}"


@given(st.text(max_size=40) | st.text("abc.@<>\"' ,\r\n\0\u0085\u2028", max_size=20))
@examples(400)
def test_lets_nothing_into_the_envelope_that_could_end_a_command(text: str) -> None:
    with suppress(AddressError):
        address = parse(text)
        assert ENVELOPE.fullmatch(address.wire.encode())
        assert address.domain.isascii()
        assert not re.search(r"[\r\n\0]", address.display)


@pytest.mark.parametrize("text", ["s3cret", "s3cret@x@y.org", "s3cret jones@x.org", "f@s3cret..org", "f@x_s3cret.org"])
def test_never_repeats_the_address(text: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse(text)
    assert "s3cret" not in caught.value.message

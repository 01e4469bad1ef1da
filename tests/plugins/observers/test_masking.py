import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mailgrid_plugins.observers.masking import masked, without_addresses


@pytest.mark.parametrize(
    "text, expected",
    [
        ("<ann.lee@x.example>: unknown", "<a***@x.example>: unknown"),
        ("no mailbox ANN.LEE@X.Example here", "no mailbox A***@X.Example here"),
        ("Ann.Lee has moved to zoe@y.example", "a*** has moved to z***@y.example"),
        ("joann.leesburg is another name", "joann.leesburg is another name"),
        ("queued as 1A2B", "queued as 1A2B"),
    ],
)
def test_words_of_a_server_hold_no_address(text: str, expected: str) -> None:
    assert without_addresses(text, "ann.lee@x.example") == expected


def test_a_short_name_is_a_word_or_a_number() -> None:
    assert without_addresses("5 messages: 5.1.1 to 5@x.example", "5@x.example") == "5 messages: 5.1.1 to 5***@x.example"


@settings(max_examples=100, deadline=None)
@given(local=st.from_regex(r"[a-z0-9.+_-]{3,20}", fullmatch=True), before=st.text(max_size=20), after=st.text())
def test_no_address_comes_through(local: str, before: str, after: str) -> None:
    address = f"{local}@mail.example"
    assert address not in without_addresses(f"{before} {address} {after}", address)
    assert masked(address) == f"{local[0]}***@mail.example"

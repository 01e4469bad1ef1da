import hmac
from unittest.mock import Mock, patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.errors import UsageError
from mailgrid.message.token import Tokens, verify_token
from tests.examples import examples
from tests.message.letters import person, renderer, write

SECRET = "a secret of thirty-two characters"
OLD = "an older one of thirty-two letters"


def token(campaign: str = "welcome", key: str = "fay@example.org", secret: str = SECRET) -> str:
    return Tokens(campaign, lambda: secret)(key)


def test_it_stays_and_is_that_of_one_person_in_one_campaign_with_one_secret() -> None:
    assert token() == token()
    others = {token(campaign="farewell"), token(key="bob@example.org"), token(secret=OLD), token()}
    assert len(others) == 4


def test_it_begins_with_its_version_and_the_name_of_its_secret() -> None:
    assert token()[:5] == token(key="bob@example.org")[:5] != token(secret=OLD)[:5]
    assert token()[0] == "1"


@examples(100)
@given(st.text(max_size=20), st.text(max_size=20))
def test_it_can_stand_before_an_at_sign_and_is_believed(campaign: str, key: str) -> None:
    found = token(campaign, key)
    assert found.isascii()
    assert found.isalnum()
    assert len(f"bounce+{found}") <= 64
    for spelt in (found, found.upper()):
        assert verify_token(spelt, campaign=campaign, key=key, token_key=SECRET)


def test_e19_one_bit_changed_anywhere_is_not_believed() -> None:
    octets = bytearray(token().encode())
    for place in range(len(octets)):
        for bit in range(8):
            octets[place] ^= 1 << bit
            changed = octets.decode("latin-1")
            octets[place] ^= 1 << bit
            if changed.lower() != token():
                assert not verify_token(changed, campaign="welcome", key="fay@example.org", token_key=SECRET)


@pytest.mark.parametrize("wrong", ["", "1", "é", "\ud800", token() + "0", token()[:-1], "2" + token()[1:]])
def test_what_is_no_token_is_not_believed(wrong: str) -> None:
    assert not verify_token(wrong, campaign="welcome", key="fay@example.org", token_key=SECRET)


def test_an_older_secret_is_believed_where_it_is_given_and_every_comparison_is_made() -> None:
    old = token(secret=OLD)
    asked = {"campaign": "welcome", "key": "fay@example.org"}
    assert not verify_token(old, **asked, token_key=SECRET)
    assert verify_token(old, **asked, token_key=[SECRET, OLD])
    with patch("hmac.compare_digest", wraps=hmac.compare_digest) as compared:
        assert verify_token(old, **asked, token_key=[OLD, SECRET])
    assert compared.call_count == 2


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(UsageError, match="less than 32 characters"):
        token(secret="short")
    with pytest.raises(UsageError, match="less than 32 characters"):
        verify_token("x", campaign="welcome", key="fay", token_key="short")


def test_templates_show_it_and_the_address_cannot_be_read_in_it() -> None:
    message = write(text="{{ token }} {{ row.token }}", token_key=lambda: SECRET, recipient=person(token="theirs"))
    assert message.content.endswith(f"\r\n\r\n{token()} theirs\r\n".encode())
    assert "fay" not in token()


def test_the_secret_is_read_once_and_only_where_it_is_needed() -> None:
    secret = Mock(return_value=SECRET)
    for text, calls in [("Hello", 0), ("{{ token }}", 1)]:
        write_one = renderer(text=text, token_key=secret)
        for _ in range(2):
            write_one(person())
        assert secret.call_count == calls


def test_bounces_come_back_to_an_address_of_the_message_s_own() -> None:
    message = write(return_path="bounce+{{ token }}@bounces.example.com", token_key=lambda: SECRET)
    assert message.mail_from == f"bounce+{token()}@bounces.example.com"
    assert b"bounces.example.com" not in message.content
    assert message.message_id.endswith("@example.com>")
    assert write().mail_from == "news@example.com"


def test_an_international_return_path_says_what_it_needs() -> None:
    assert write(return_path="jürgen@example.com").needs == {"smtputf8"}

import re

from mailgrid.message.message_id import MessageIds


def test_everybody_has_an_id_of_their_own_that_stays() -> None:
    ids = [MessageIds("welcome", "")(f"person{number}@example.org", "example.com") for number in range(100_000)]
    assert len(set(ids)) == len(ids)
    assert ids[7] == MessageIds("welcome", "")("person7@example.org", "example.com")


def test_it_is_an_id_as_mail_has_them_and_does_not_show_the_key() -> None:
    found = MessageIds("welcome", "2026-w18")("fay@example.org", "example.com")
    assert re.fullmatch(r"<[0-9a-f]{26,}@example\.com>", found)


def test_mailings_do_not_share_ids() -> None:
    mailings = [("welcome", ""), ("welcome", "2"), ("welcome2", ""), ("", "welcome")]
    assert len({MessageIds(*mailing)("fay@example.org", "example.com") for mailing in mailings}) == len(mailings)


def test_a_key_may_be_any_text() -> None:
    assert MessageIds("welcome", "")("\ud800", "example.com") != MessageIds("welcome", "")("", "example.com")

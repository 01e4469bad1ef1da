"""A secret in a text that somebody else wrote, and that may echo it."""

import pytest

from mailgrid.hookspecs import Secret


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("hunter2", "535 *** is not the password of a user; nothunter is, said a server, ***!"),
        ("a", "535 hunter2 is not the password of *** user; nothunter is, said *** server, hunter2!"),
        ("is", "535 hunter2 *** not the password of a user; nothunter ***, said a server, hunter2!"),
        ("ser", "535 hunter2 is not the password of a user; nothunter is, said a server, hunter2!"),
        ("", "535 hunter2 is not the password of a user; nothunter is, said a server, hunter2!"),
        (" ", "535 hunter2 is not the password of a user; nothunter is, said a server, hunter2!"),
    ],
)
def test_a_short_one_is_no_reason_to_hide_every_word(secret: str, shown: str) -> None:
    text = "535 hunter2 is not the password of a user; nothunter is, said a server, hunter2!"
    assert Secret(secret).conceal_in(text) == shown


def test_one_never_shows_itself() -> None:
    assert "hunter2" not in f"{Secret('hunter2')} {Secret('hunter2')!r}"

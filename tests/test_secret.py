"""A secret in a text that somebody else wrote, and that may echo it."""

import pytest

from mailgrid.hookspecs import Secret

TEXT = "535 hunter2 is not the password of a user; nothunter is, said a server, hunter2!"


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("hunter2", "535 *** is not the password of a user; nothunter is, said a server, ***!"),
        *((secret, TEXT) for secret in ("a", "is", "ser", "535", "", " ")),
    ],
)
def test_a_short_one_is_no_reason_to_hide_every_word(secret: str, shown: str) -> None:
    assert Secret(secret).conceal_in(TEXT) == shown


@pytest.mark.parametrize("secret", ["a", "is", ".*", "'"])
def test_a_short_one_is_hidden_where_it_is_named(secret: str) -> None:
    text = "a list is no {0}, `{0}` is, '{0}' is, <{0}> is, user=ann&password={0}&a=is2"
    shown = Secret(secret).conceal_in(text.replace("{0}", secret))
    assert shown == text.replace(" {0},", f" {secret},").replace("{0}", "***")


def test_one_never_shows_itself() -> None:
    assert "hunter2" not in f"{Secret('hunter2')} {Secret('hunter2')!r}"

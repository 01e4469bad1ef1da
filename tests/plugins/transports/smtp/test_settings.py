import ssl
from pathlib import Path
from typing import Any

import pytest
from mailgrid_plugins.transports.smtp.settings import settings_from

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Secret
from tests.plugins.opening import kind_of, open_kind


def settings_of(**options: Any) -> Any:
    complete = {option.name: option.default for option in kind_of("transports.smtp").options}
    return settings_from(complete | options)


@pytest.mark.parametrize(
    "options,port,tls",
    [
        ({}, 25, "off"),
        ({"host": "127.0.0.1"}, 25, "off"),
        ({"host": "::1"}, 25, "off"),
        ({"host": "[::1]"}, 25, "off"),
        ({"host": "mail.example.org"}, 587, "starttls"),
        ({"host": "mail.example.org", "port": 465}, 465, "implicit"),
        ({"host": "mail.example.org", "tls": "implicit"}, 465, "implicit"),
        ({"host": "mail.example.org", "tls": "off"}, 587, "off"),
        ({"host": "192.0.2.1"}, 587, "starttls"),
        ({"port": 465}, 465, "implicit"),
        ({"tls": "starttls"}, 25, "starttls"),
    ],
)
def test_what_is_not_written(options: dict[str, Any], port: int, tls: str) -> None:
    settings = settings_of(**options)
    assert (settings.port, settings.tls) == (port, tls)
    assert (settings.context is None) == (tls == "off")


def test_certificates_and_names_are_checked_and_tls_is_of_today() -> None:
    context = settings_of(host="mail.example.org").context
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_the_title_names_the_server() -> None:
    assert open_kind("transports.smtp").title == "smtp localhost:25"
    assert open_kind("transports.smtp", host="::1").title == "smtp [::1]:25"


LOGIN = {"user": "a", "password": Secret("x")}


@pytest.mark.parametrize(
    "options,message",
    [
        ({"user": "ann"}, "the login has no `password`"),
        ({"password": Secret("x")}, "the login has no `user` for its `password`"),
        ({"token_command": "print-token"}, "the login has no `user` for its `token_command`"),
        (LOGIN | {"token": Secret("x")}, "the login has `password` and `token`"),
        ({"user": "a", "token": Secret("x"), "token_command": "y"}, "the login has `token` and `token_command`"),
        (LOGIN | {"auth": "xoauth2"}, "`auth xoauth2` does not go with `password`"),
        ({"user": "a", "token": Secret("x"), "auth": "scram"}, "`auth scram` does not go with `token`"),
        ({"user": "a", "token": Secret("two words"), "tls": "off"}, "`token` is no token"),
        ({"user": "a", "token_command": "'", "tls": "off"}, "`token_command` cannot be read"),
        ({"host": "mail.example.org", "ca": Path("nowhere.pem")}, "certificate cannot be read"),
    ],
)
def test_what_contradicts_itself(options: dict[str, Any], message: str) -> None:
    with pytest.raises(TransportError, match=message) as caught:
        settings_of(**options)
    assert caught.value.hint


@pytest.mark.parametrize("host", ["mail.example.org", "localhost", "::1"])
@pytest.mark.parametrize("tls", ["opportunistic", None])
@pytest.mark.parametrize("login", [LOGIN, {"user": "a", "token": Secret("x")}], ids=["password", "token"])
def test_only_a_written_word_lets_a_login_go_in_the_clear(host: str, tls: str | None, login: dict[str, Any]) -> None:
    options = login | {"host": host, "tls": tls}
    if tls or host != "mail.example.org":
        with pytest.raises(TransportError, match=r"in the clear|may not carry"):
            settings_of(**options)
    else:
        assert settings_of(**options).tls == "starttls"
    assert settings_of(**options | {"tls": "off"}).credentials


@pytest.mark.parametrize("tls", ["opportunistic", None])
def test_what_shows_nothing_may_go_in_the_clear(tls: str | None) -> None:
    assert settings_of(**LOGIN, auth="scram", tls=tls).credentials.auth == "scram"


def test_a_file_that_is_no_certificate(tmp_path: Path) -> None:
    (tmp_path / "us.pem").write_text("hello")
    with pytest.raises(TransportError, match="certificate cannot be read"):
        settings_of(host="mail.example.org", cert=tmp_path / "us.pem")


def test_the_password_never_shows() -> None:
    settings = settings_of(user="ann", password=Secret("canary"), tls="off")
    assert "canary" not in repr(settings)
    assert "canary" not in repr(settings_of(user="ann", token=Secret("canary"), tls="off"))


@pytest.mark.parametrize("option,messages", [("auto", 32), ("off", 0), (0, 0), (1, 1), (100, 100)])
def test_how_many_may_be_on_the_way(option: str | int, messages: int) -> None:
    assert settings_of(pipeline=option).pipeline == messages

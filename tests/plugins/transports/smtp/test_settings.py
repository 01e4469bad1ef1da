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


def test_the_title_names_the_server() -> None:
    assert open_kind("transports.smtp").title == "smtp localhost:25"
    assert open_kind("transports.smtp", host="::1").title == "smtp [::1]:25"


@pytest.mark.parametrize(
    "options,message",
    [
        ({"user": "ann"}, "no `password`"),
        ({"password": Secret("x")}, "no `user`"),
        (
            {"host": "mail.example.org", "tls": "opportunistic", "user": "a", "password": Secret("x")},
            "may not carry a password",
        ),
        ({"host": "mail.example.org", "ca": Path("nowhere.pem")}, "certificate cannot be read"),
    ],
)
def test_what_contradicts_itself(options: dict[str, Any], message: str) -> None:
    with pytest.raises(TransportError, match=message):
        settings_of(**options)


def test_a_file_that_is_no_certificate(tmp_path: Path) -> None:
    (tmp_path / "us.pem").write_text("hello")
    with pytest.raises(TransportError, match="certificate cannot be read"):
        settings_of(host="mail.example.org", cert=tmp_path / "us.pem")


def test_the_password_never_shows() -> None:
    settings = settings_of(user="ann", password=Secret("canary"))
    assert "canary" not in repr(settings)

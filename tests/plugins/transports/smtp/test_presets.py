from typing import Any

import pytest
from mailgrid_plugins.transports.smtp.presets import presets
from mailgrid_plugins.transports.smtp.settings import settings_from

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Secret
from tests.plugins.opening import kind_of, open_kind

LOGIN = {"user": "ann", "password": Secret("x")}


def settings_of(**options: Any) -> Any:
    complete = {option.name: option.default for option in kind_of("transports.smtp").options}
    return settings_from(complete | options)


@pytest.mark.parametrize("name", presets())
def test_each_is_a_server_with_checked_certificates(name: str) -> None:
    settings = settings_of(preset=name, **LOGIN)
    assert (settings.port, settings.tls) == (587, "starttls")
    assert settings.host.count(".") >= 2
    assert "REGION" not in settings.host
    assert settings.context.check_hostname
    assert set(presets()[name]) <= {option.name for option in kind_of("transports.smtp").options}


@pytest.mark.parametrize(
    "name,host",
    [
        ("ses-eu-west-1", "email-smtp.eu-west-1.amazonaws.com"),
        ("sendgrid", "smtp.sendgrid.net"),
        ("mailgun-eu", "smtp.eu.mailgun.org"),
        ("microsoft365", "smtp.office365.com"),
    ],
)
def test_hosts(name: str, host: str) -> None:
    assert settings_of(preset=name, **LOGIN).host == host


def test_the_help_names_all_of_them() -> None:
    (option,) = (option for option in kind_of("transports.smtp").options if option.name == "preset")
    for name in presets():
        assert ("ses-REGION" if name.startswith("ses-") else name) in option.help


def test_what_is_written_wins() -> None:
    settings = settings_of(
        preset="sendgrid", host="127.0.0.1", port=2525, tls="off", user="ann", password=Secret("x"), reuse=3
    )
    assert (settings.host, settings.port, settings.tls, settings.reuse) == ("127.0.0.1", 2525, "off", 3)
    assert settings.credentials.user == "ann"


def test_what_is_not_written_comes_from_it() -> None:
    settings = settings_of(preset="sendgrid", password=Secret("x"))
    assert (settings.credentials.user, settings.reuse) == ("apikey", 5000)


def test_a_login_without_a_password_is_found_before_anybody_is_connected_to() -> None:
    with pytest.raises(TransportError, match="the login has no `password`"):
        settings_of(preset="sendgrid")


@pytest.mark.parametrize(
    "options,expected",
    [
        ({"port": 465}, (465, "implicit")),
        ({"tls": "implicit"}, (465, "implicit")),
        ({"port": 2525}, (2525, "starttls")),
    ],
)
def test_port_and_tls_go_together(options: dict[str, Any], expected: tuple[int, str]) -> None:
    settings = settings_of(preset="sendgrid", **LOGIN, **options)
    assert (settings.port, settings.tls) == expected


@pytest.mark.parametrize(
    "name,hint",
    [
        ("sendgird", "did you mean `sendgrid`?"),
        ("ses-eu-west-9", "did you mean `ses-eu-west-"),
        ("office", "`mailgrid plugins smtp` names"),
    ],
)
def test_one_that_there_is_not(name: str, hint: str) -> None:
    with pytest.raises(TransportError, match=f"there is no preset `{name}`") as caught:
        open_kind("transports.smtp", preset=name)
    assert hint in caught.value.hint

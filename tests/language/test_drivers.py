"""Sources and transports: in place and by name, with options typed as their plugin declares."""

from datetime import timedelta
from decimal import Decimal

import pytest

from mailgrid.language.ast import And
from mailgrid.language.campaign import Driver, Quoted, Reference
from mailgrid.language.frame import frame
from tests.language.compiling import ANYWHERE, REST, campaign, codes, compile_content

WITHOUT_SOURCE = REST.replace('source  csv "users.csv"', "")


def options(written: str) -> dict[str, object]:
    transport = campaign(f"transport smtp {{\n{written}\n}}").transport
    assert transport
    return {name: setting.value for name, setting in transport.options.items()}


@pytest.mark.parametrize(
    "written, expected",
    [
        ('host "localhost"', "localhost"),
        ("host localhost", "localhost"),
        ("port 587", 587),
        ("tls starttls", "starttls"),
        ("timeout 1m30s", timedelta(seconds=90)),
        ("reuse 100 messages", 100),
        ('ca "ca.pem"', "ca.pem"),
        ("strict", True),
        ("strict true", True),
        ("strict false", False),
    ],
)
def test_types(written: str, expected: object) -> None:
    assert options(written) == {written.split(maxsplit=1)[0]: expected}


@pytest.mark.parametrize(
    "written, expected",
    [
        ('columns "a" "b"', ("a", "b")),
        ('columns "a"', ("a",)),
        ('columns ["a", "b"]', ("a", "b")),
        ("ratio 0.5", Decimal("0.5")),
    ],
)
def test_types_of_a_source(written: str, expected: object) -> None:
    found = campaign(f'source api {{ token secret("T")\n{written}\n}}', rest=WITHOUT_SOURCE)
    assert found.source.options[written.split(maxsplit=1)[0]].value == expected


def test_size() -> None:
    transport = campaign('transport maildir "out" { max_size 25MB }').transport
    assert transport
    assert transport.options["max_size"].value == 25_000_000


@pytest.mark.parametrize("option", ["host", "port", "tls", "timeout", "password", "strict", "reuse"])
def test_every_option_may_come_from_outside(option: str) -> None:
    assert options(f'{option} env("X")') == {option: Reference(ANYWHERE, "env", "X")}
    assert options(f'{option} secret("X")') == {option: Reference(ANYWHERE, "secret", "X")}


def test_a_default_of_env() -> None:
    assert options('host env("X", "localhost")') == {
        "host": Reference(ANYWHERE, "env", "X", "localhost"),
    }


@pytest.mark.parametrize(
    "written", ['pasword "hunter2"', 'password "hunter2"', "password hunter2", "password 12345", 'password ["a"]']
)
def test_a_secret_is_never_written_in_the_file(written: str) -> None:
    compiled = compile_content(f"campaign welcome {{\n{REST}transport smtp {{\n{written}\n}}\n}}\n")
    assert codes(compiled) == ["MG603"]
    assert "hunter2" not in str([frame(each) for each in compiled.diagnostics])


def test_a_misspelt_option_is_not_missing_too() -> None:
    compiled = compile_content(f'campaign welcome {{\n{WITHOUT_SOURCE}source api {{ tokn secret("T") }}\n}}\n')
    assert codes(compiled) == ["MG206"]


@pytest.mark.parametrize(
    "written",
    [
        "port 5.5",
        'port "25"',
        "port 25 26",
        "port",
        "tls yes",
        "tls true",
        "timeout 30",
        "reuse 100",
        "reuse 100 mails",
        "reuse messages",
        "strict maybe",
        "ca ca",
        "host 5",
        "host",
        'host "a" "b"',
        'host env("A", "B", "C")',
        "host env()",
        "host env(5)",
        'host secret("A", "B")',
        'host env("")',
    ],
)
def test_a_value_of_another_type(written: str) -> None:
    compiled = compile_content(f"campaign welcome {{\n{REST}transport smtp {{\n{written}\n}}\n}}\n")
    assert codes(compiled) == ["MG204"]
    assert compiled.campaigns == ()


def test_a_broken_option_is_not_reported_twice() -> None:
    compiled = compile_content(f"campaign welcome {{\n{REST}transport smtp {{\nport 25 @\n}}\n}}\n")
    assert codes(compiled) == ["MG117"]


def test_by_name_before_it_is_defined() -> None:
    compiled = compile_content(
        f"campaign welcome {{\n{WITHOUT_SOURCE}source users\ntransport out\n}}\n"
        'source users csv "u.csv" where active { delimiter tab }\ntransport out stdout\n',
    )
    assert codes(compiled) == []
    (found,) = compiled.campaigns
    assert (found.source.name, found.source.driver, found.source.options["delimiter"].value) == ("users", "csv", "tab")
    assert found.source.where
    assert found.transport
    assert (found.transport.name, found.transport.driver) == ("out", "stdout")
    assert found.sources == {"users": found.source}


def test_a_named_source_may_be_filtered_further() -> None:
    found = campaign("source users where b", 'source users csv "u.csv" where a\n', WITHOUT_SOURCE)
    assert isinstance(found.source.where, And)
    assert len(found.source.where.parts) == 2


def test_in_place() -> None:
    found = campaign("")
    assert isinstance(found.source, Driver)
    assert isinstance(found.source.location, Quoted)
    assert (found.source.name, found.source.location.value, found.source.options) == (None, "users.csv", {})


def test_a_location_from_outside() -> None:
    found = campaign('source csv env("USERS")', rest=WITHOUT_SOURCE)
    assert found.source.location == Reference(ANYWHERE, "env", "USERS")


@pytest.mark.parametrize(
    "written, code",
    [
        ("source", "MG204"),
        ("source 5", "MG204"),
        ("source csv", "MG210"),
        ("source csv 5", "MG204"),
        ('source csv "a" "b"', "MG214"),
        ('source csv "a" {\nwhere x\n}', "MG206"),
        ('source csv "a" {\nlet x = 1\n}', "MG206"),
        ('source csv "a" {\ndelimiter "a" where x\n}', "MG214"),
        ('source csv "a" {\ndelimiter "a" { b 1 }\n}', "MG214"),
        ("source api", "MG210"),
        ("source nowhere", "MG205"),
        ('source users "x"', "MG214"),
        ("source users { x 1 }", "MG214"),
    ],
)
def test_mistakes_in_place(written: str, code: str) -> None:
    compiled = compile_content(
        f'source users csv "u.csv"\ncampaign welcome {{\n{WITHOUT_SOURCE}\n{written}\n}}\n',
    )
    assert codes(compiled) == [code]


@pytest.mark.parametrize(
    "written, code",
    [
        ("source", "MG204"),
        ('source "users" csv "u.csv"', "MG204"),
        ("source users", "MG204"),
        ('source csv "u.csv"', "MG204"),
        ("source csv api", "MG215"),
        ("source smtp csv", "MG210"),
        ("transport smtp smtp", "MG215"),
        ("transport out stdout where a", "MG214"),
        ("transport out nowhere", "MG205"),
        ("transport out @", "MG117"),
    ],
)
def test_mistakes_in_declarations(written: str, code: str) -> None:
    assert codes(compile_content(f"{written}\n")) == [code]

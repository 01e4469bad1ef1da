"""Transports of `mailgrid.toml`: bound by name, taken where a campaign names none, checked where they stand."""

from fractions import Fraction
from pathlib import Path

import pytest

from mailgrid.errors import CampaignError
from mailgrid.language.campaign import Driver, Quoted, Reference
from mailgrid.language.diagnostics import Diagnostic
from mailgrid.language.values import Rate
from mailgrid.library.loading import load
from mailgrid.library.settings import Settings

CAMPAIGN = """
campaign hello {{
  source  csv "people.csv"
  from    "Ada <ada@acme.example>"
  subject "Hello"
  text    "Hello."
  {transport}
}}
"""


def driver_of(folder: Path, toml: str, transport: str = "", before: str = "") -> Driver:
    (folder / "mailgrid.toml").write_text(toml, "utf-8")
    (folder / "people.csv").write_text("email\nann@example.org\n", "utf-8")
    (folder / "hello.mailgrid").write_text(before + CAMPAIGN.format(transport=transport), "utf-8")
    (campaign,) = load(folder / "hello.mailgrid", Settings(environment={})).compiled.campaigns
    assert campaign.transport
    return campaign.transport


def diagnostics(folder: Path, toml: str) -> list[Diagnostic]:
    with pytest.raises(CampaignError) as caught:
        driver_of(folder, toml)
    return [found for found in caught.value.diagnostics if isinstance(found, Diagnostic)]


def mistakes(folder: Path, toml: str) -> list[tuple[str, str, int, str]]:
    places = [(found.code, found.span) for found in diagnostics(folder, toml)]
    return [(code, Path(span.text.name).name, span.line, span.source) for code, span in places if span]


def test_a_campaign_without_a_transport_takes_the_default(tmp_path: Path) -> None:
    driver = driver_of(tmp_path, '[transport.default]\ndriver = "maildir"\nlocation = "out"\n')
    assert (driver.driver, driver.name) == ("maildir", "default")
    assert isinstance(driver.location, Quoted)
    assert driver.location.value == "out"


def test_a_transport_of_the_project_is_named_as_one_of_the_file(tmp_path: Path) -> None:
    driver = driver_of(tmp_path, '[transport.relay]\ndriver = "stdout"\n', "transport relay")
    assert (driver.driver, driver.name) == ("stdout", "relay")


def test_the_file_has_its_own_transport_of_that_name(tmp_path: Path) -> None:
    own = 'transport relay maildir "own"\n'
    driver = driver_of(tmp_path, '[transport.relay]\ndriver = "stdout"\n', "transport relay", own)
    assert driver.driver == "maildir"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('host = "relay.example.org"', "relay.example.org"),
        ("port = 587", 587),
        ('tls = "starttls"', "starttls"),
        ('timeout = "30s"', 30),
        ("reuse = 100", 100),
        ('reuse = "100 messages"', 100),
    ],
)
def test_values_are_typed_as_in_a_campaign_file(tmp_path: Path, line: str, value: object) -> None:
    host = "" if line.startswith("host") else 'host = "localhost"\n'
    driver = driver_of(tmp_path, f'[transport.default]\ndriver = "smtp"\n{host}{line}\n')
    found = driver.options[line.split(maxsplit=1)[0]].value
    assert getattr(found, "total_seconds", lambda: found)() == value


def test_secrets_and_the_environment_are_referred_to(tmp_path: Path) -> None:
    toml = """
        [transport.default]
        driver = "smtp"
        host = { env = "RELAY", default = "localhost" }
        user = "ada"
        password = { secret = "RELAY_PASSWORD" }
    """
    options = driver_of(tmp_path, toml).options
    host, password = options["host"].value, options["password"].value
    assert isinstance(host, Reference)
    assert isinstance(password, Reference)
    assert (host.kind, host.name, host.default) == ("env", "RELAY", "localhost")
    assert (password.kind, password.name) == ("secret", "RELAY_PASSWORD")


def test_a_mistake_is_shown_where_it_was_made(tmp_path: Path) -> None:
    toml = '# ours\n[transport.default]\ndriver = "smtp"\nhsot = "localhost"\nport = "many"\n'
    assert mistakes(tmp_path, toml) == [
        ("MG206", "mailgrid.toml", 4, "hsot"),
        ("MG204", "mailgrid.toml", 5, '"many"'),
    ]


def test_an_option_that_is_missing_is_missed_at_the_driver(tmp_path: Path) -> None:
    toml = '[transport.default]\ndriver = "maildir"\n'
    assert mistakes(tmp_path, toml) == [("MG210", "mailgrid.toml", 2, '"maildir"')]


def test_no_machine_changes_the_toml_file(tmp_path: Path) -> None:
    (found,) = diagnostics(tmp_path, '[transport.default]\ndriver = "smtp"\nhsot = "localhost"\n')
    assert found.edit is None


def test_an_unknown_driver_and_the_name_of_a_driver(tmp_path: Path) -> None:
    assert mistakes(tmp_path, '[transport.default]\ndriver = "smpt"\n') == [("MG205", "mailgrid.toml", 2, '"smpt"')]
    assert mistakes(tmp_path, '[transport.smtp]\ndriver = "smtp"\nhost = "a"\n') == [
        ("MG215", "mailgrid.toml", 1, "[transport.smtp]")
    ]


def test_a_password_in_the_file_is_refused_and_not_shown(tmp_path: Path) -> None:
    toml = '[transport.default]\ndriver = "smtp"\nhost = "a"\npassword = "hunter2"\n'
    (found,) = diagnostics(tmp_path, toml)
    assert found.code == "MG603"
    assert "hunter2" not in found.message + found.help_line


def test_a_transport_of_the_project_may_have_a_rate_and_workers(tmp_path: Path) -> None:
    toml = '[transport.relay]\ndriver = "stdout"\nrate = "10/s burst 5"\nworkers = 4\n'
    driver = driver_of(tmp_path, toml, "transport relay")
    assert (driver.rate, driver.burst, driver.workers) == (Rate(Fraction(10), 1, "s"), 5, 4)


@pytest.mark.parametrize("written", ['"10/month"', '"10/s burts 5"', '""', "10", '"10 per second"'])
def test_a_rate_that_is_none_is_shown_in_the_projects_file(tmp_path: Path, written: str) -> None:
    toml = f'[transport.default]\ndriver = "stdout"\nrate = {written}\n'
    ((code, file, line, _),) = mistakes(tmp_path, toml)
    assert (code, file, line) == ("MG204", "mailgrid.toml", 3)


def test_a_transport_of_the_project_may_name_another(tmp_path: Path) -> None:
    toml = '[transport.default]\ndriver = "stdout"\notherwise = "box"\n[transport.box]\ndriver = "sandbox"\n'
    driver = driver_of(tmp_path, toml)
    assert driver.otherwise
    assert driver.otherwise.value == "box"
    assert mistakes(tmp_path, toml.replace('"box"', '"bxo"'))[0] == ("MG205", "mailgrid.toml", 3, '"bxo"')

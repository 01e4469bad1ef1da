"""A project's folder, as an editor opens it."""

from pathlib import Path

import pytest

__all__ = ["WELCOME", "project"]

WELCOME = """campaign welcome {
  source  csv "people.csv"
  where   active and country = "FR"
  from    "Ada <ada@acme.example>"
  subject "Hello {{ first_name }}"
  text    "Hello"
  transport sandbox "outbox/"
}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "mailgrid.toml").write_text('zone = "Europe/Paris"\n')
    people = "email,first_name,country,active\nann@acme.example,Ann,FR,yes\n"
    (tmp_path / "people.csv").write_text(people)
    (tmp_path / "welcome.mailgrid").write_text(WELCOME)
    return tmp_path

import sys
from pathlib import Path

import pytest

from mailgrid.errors import UsageError
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.opening import open_ledgers


@pytest.mark.parametrize(
    "url, path",
    [
        ("sqlite:///ledgers", "/project/ledgers"),
        ("sqlite:////var/ledgers", "/var/ledgers"),
        ("sqlite:///two%20words", "/project/two words"),
        ("ledgers", "/project/ledgers"),
        ("/var/ledgers", "/var/ledgers"),
    ],
)
def test_a_url_names_a_folder(url: str, path: str) -> None:
    ledgers = open_ledgers(url, Path("/project"))
    assert isinstance(ledgers, Folder)
    assert ledgers.path == Path(path)


@pytest.mark.parametrize("url", ["mysql://ada:hunter2@db/mail", "sqlite://ledgers", "sqlite:///", "https://x"])
def test_another_url_is_refused_without_repeating_what_may_be_secret(url: str) -> None:
    with pytest.raises(UsageError, match=r"cannot be a `[a-z]+` URL like this") as caught:
        open_ledgers(url, Path())
    assert "hunter2" not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:hunter2@db:port/mail",
        "postgresql://ada:hunter2@db/mail?schema=Mail;drop",
        "postgresql://ada:hunter2@db/mail/x",
        "postgresql://ada:hunter2@db/mail?x",
    ],
)
def test_a_url_of_postgresql_that_makes_no_sense_is_refused_in_the_same_way(url: str) -> None:
    with pytest.raises(UsageError, match="the ledger's URL is none of PostgreSQL") as caught:
        open_ledgers(url, Path())
    assert "hunter2" not in str(caught.value) + caught.value.hint


def test_a_database_is_shown_without_its_password_and_not_connected_to() -> None:
    ledgers = open_ledgers("postgresql://ada:hunter2@db.example:5433/mail?schema=staging", Path())
    assert ledgers.title == "postgresql://ada@db.example:5433/mail?schema=staging"
    assert "hunter2" not in repr(vars(ledgers))


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for name in [name for name in sys.modules if name.startswith("mailgrid.ledger.postgres.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(UsageError, match="needs psycopg") as caught:
        open_ledgers("postgresql://db/mail", Path())
    assert caught.value.hint == 'pip install "mailgrid[cluster]"'


def test_a_shared_ledger_cannot_be_left_out() -> None:
    with pytest.raises(UsageError, match="this project's ledger is shared"):
        open_ledgers("postgresql://db/mail", Path(), keeps=False)

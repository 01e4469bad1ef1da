"""The way to a database: rights, TLS, secrets, and servers that are away or too old."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from mailgrid.errors import LedgerError, UsageError
from mailgrid.ledger.claim import Claim
from mailgrid.ledger.opening import open_ledgers
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.postgres.place import Place
from mailgrid.ledger.postgres.server import Server, ask
from mailgrid.ledger.states import State
from mailgrid.ledger.suppression import Suppressed
from mailgrid.project import find
from tests.docs.pages import ROOT, blocks
from tests.ledger.examples import bring, intent, opened, state_of
from tests.ledger.postgres_server import speaking
from tests.postgres import postgres, schema

SECRET = "hunter2-canary"


def at(url: str) -> Database:
    ledgers = open_ledgers(url, Path())
    assert isinstance(ledgers, Database)
    return ledgers


@pytest.fixture
def roles(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Database]]:
    """A ledger in which the roles of docs/ledger.md were made as it says, one database for each."""
    url = schema()
    name = url.partition("schema=")[2]
    (statements,) = (block.text for block in blocks(ROOT / "docs" / "ledger.md", "sql"))
    with psycopg.connect(postgres(), autocommit=True) as connection:
        connection.execute(statements.replace("mailgrid", name).encode())
        for role in ("sender", "reader"):
            connection.execute(f"ALTER ROLE {name}_{role} LOGIN".encode())
    users = {role: url.replace("//postgres:", f"//{name}_{role}:") for role in ("owner", "sender", "reader")}
    found = {role: at(user) for role, user in users.items()}
    yield found
    for each in found.values():
        each.server.close()


def test_e17_each_role_can_do_its_work_and_nothing_else(roles: dict[str, Database]) -> None:
    with pytest.raises(LedgerError, match="this role may not do that") as caught:
        opened(roles["sender"])
    assert "docs/ledger.md" in caught.value.hint
    roles["owner"].upgrade()
    with roles["sender"].lock("welcome", edition=""), closing(opened(roles["sender"])) as store:
        bring(store, "ann", State.SENT)
        with closing(roles["sender"].project()) as buckets:
            assert buckets.claim is not None
            assert buckets.claim([Claim("ses", 1, 10**9, 1)])["ses"].count == 1
            assert buckets.spend("ses", lambda _: {900: 1})
        with closing(roles["sender"].suppression(write=True)) as listed:
            assert listed.add([Suppressed("bob@x.org")]) == 1
    with closing(opened(roles["reader"], write=False)) as store:
        assert state_of(store, "ann") is State.SENT
    with pytest.raises(LedgerError, match="this role may not do that"):
        opened(roles["reader"])
    for role in ("sender", "reader"):
        for statement in ("DROP TABLE recipients", "CREATE TABLE more (x int)", "COPY keys TO PROGRAM 'cat'"):
            with pytest.raises(LedgerError), roles[role].server.connection() as connection:
                ask(connection, statement)


def test_e17_another_machine_is_asked_for_tls_that_is_verified() -> None:
    def query(url: str, **environment: str) -> str:
        return Place.of(url, environment).url.partition("?")[2]

    assert query("postgresql://db.example/mail") == "sslmode=verify-full&sslrootcert=system"
    assert query("postgresql://db.example/mail?sslrootcert=ca.pem") == "sslrootcert=ca.pem&sslmode=verify-full"
    assert query("postgresql://db.example/mail?sslmode=require") == "sslmode=require"
    assert query("postgresql://db.example/mail", PGSSLMODE="require") == ""
    assert "verify-full" in query("postgresql:///mail", PGHOST="db.example")
    assert "verify-full" in query("postgresql:///mail?hostaddr=192.0.2.1")
    for here in ("postgresql:///mail", "postgresql://localhost/mail", "postgresql://127.0.0.1/mail"):
        assert query(here) == ""
    assert query("postgresql:///mail", PGHOST="/run/postgresql") == ""


def test_e17_a_server_without_tls_is_told_no_password() -> None:
    with speaking("17.2") as heard:
        url = f"postgresql://ada:{SECRET}@db.example:{heard.port}/mail?hostaddr=127.0.0.1"
        with pytest.raises(LedgerError, match="SSL") as caught:
            opened(at(url))
        assert SECRET.encode() not in heard.words
        assert b"ada" not in heard.words
    assert "sslmode" in caught.value.hint


def test_e17_the_password_is_never_shown(tmp_path: Path) -> None:
    urls = (
        f"postgresql://ada:{SECRET}@127.0.0.1:1/mail",
        f"postgresql://127.0.0.1:1/mail?user=ada&password={SECRET}",
        f"postgresql://ada:{SECRET}@127.0.0.1:99999/mail",
        f"postgresql://ada:{SECRET}@127.0.0.1:1/mail?{SECRET}",
        f"postgresql://ada:{SECRET}@no.such.host.invalid/mail",
        f"{postgres()}&password={SECRET}&dbname=nothing",
        f"mysql://ada:{SECRET}@db/mail",
    )
    for number, url in enumerate(urls):
        where = {"MAILGRID_LEDGER": url} if number % 2 else {}
        options = () if number % 2 else ("--ledger", url)
        run = subprocess.run(
            [sys.executable, "-m", "mailgrid", "status", *options, "--debug"],
            cwd=tmp_path,
            env={**os.environ, **where},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert run.returncode in {2, 5}, run.stderr
        assert "error" in run.stderr
        assert SECRET not in run.stdout + run.stderr


@pytest.mark.parametrize("url", [f"postgresql://ada:{SECRET}@db/mail", f"postgres://db/mail?password={SECRET}"])
def test_e17_no_password_stands_in_the_projects_file(tmp_path: Path, url: str) -> None:
    for table in ("", "[env.staging]\n"):
        (tmp_path / "mailgrid.toml").write_text(f'{table}ledger = "{url}"\n')
        with pytest.raises(UsageError, match="holds a password") as caught:
            find(tmp_path)
        assert (caught.value.code, SECRET in str(caught.value)) == ("MG620", False)
    (tmp_path / "mailgrid.toml").write_text('ledger = "postgresql://ada@db/mail"\n')
    assert find(tmp_path).ledger == "postgresql://ada@db/mail"


def test_a_server_that_is_too_old_is_named_before_anything_is_asked() -> None:
    with speaking("12.20") as heard:
        url = f"postgresql://ada@127.0.0.1:{heard.port}/mail?sslmode=disable"
        with pytest.raises(
            LedgerError, match="the server is PostgreSQL 12, and 14 is the oldest that will do"
        ) as caught:
            opened(at(url), write=False)
    assert "upgrade the server" in caught.value.hint


@pytest.mark.parametrize(
    "url, reason",
    [
        ("postgresql://ada@127.0.0.1:1/mail", r"ada@127\.0\.0\.1:1/mail: connection refused"),
        ("{here}&user=postgres&dbname=nothing", 'database "nothing" does not exist'),
        ("{here}&user=nobody", 'role "nobody" does not exist'),
    ],
)
def test_a_server_that_cannot_be_reached_is_told_in_its_words(url: str, reason: str) -> None:
    with pytest.raises(LedgerError, match=reason) as caught:
        opened(at(url.format(here=postgres().replace("//postgres:@", "//"))))
    assert caught.value.exit_code == 5
    assert caught.value.hint


def test_a_connection_that_breaks_is_an_error_and_the_next_one_works(database: Database) -> None:
    with closing(opened(database)) as store:
        store.write([intent("ann")], [])
        with psycopg.connect(postgres(), autocommit=True) as other:
            ours = "FROM pg_stat_activity WHERE application_name = 'mailgrid'"
            other.execute(f"SELECT pg_terminate_backend(pid, 60000) {ours}".encode())  # and waits until they are gone
        store.write([intent("bob")], [])  # a dead connection is noticed before it is used
        assert store.counts()[State.SENDING] == 2
        with pytest.raises(LedgerError, match="the server was shut down"), database.server.connection() as connection:
            ask(connection, "SELECT pg_terminate_backend(pg_backend_pid())")
        assert store.counts()[State.SENDING] == 2


def test_every_commit_is_on_disk_before_it_is_answered(database: Database) -> None:
    assert Server(database.server.place).rows("SHOW synchronous_commit") == [("on",)]

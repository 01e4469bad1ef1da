import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from mailgrid_plugins.transports.smtp.auth import MECHANISMS

from mailgrid.hookspecs import Scope, Secret
from mailgrid.testing import SmtpServer, refuse

from .sending import SENT, UNSENT, failure_of, people, send, statuses

USERS = {"mailer": "s3cret-canary"}
PASSWORD: dict[str, Any] = {"tls": "off", "user": "mailer", "password": Secret("s3cret-canary")}
TOKEN: dict[str, Any] = {"tls": "off", "user": "mailer", "token": Secret("s3cret-canary")}
NAMES = [mechanism.name for mechanism in MECHANISMS]


def base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def logins(server: SmtpServer) -> list[str]:
    return [command.split()[1] for command in server.commands if command.startswith("AUTH")]


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=NAMES)
def test_each_way_to_log_in(mechanism: Any) -> None:
    login = TOKEN if mechanism.bearer else PASSWORD
    with SmtpServer(users=USERS, mechanisms=["CRAM-MD5", mechanism.name]) as server:
        assert statuses(send(server, people(1), **login)) == [SENT]
        assert server.messages[0].user == "mailer"
        assert logins(server) == [mechanism.name]


@pytest.mark.parametrize("login,strongest", [(PASSWORD, "SCRAM-SHA-256"), (TOKEN, "OAUTHBEARER")])
def test_the_strongest_that_is_offered(login: dict[str, Any], strongest: str) -> None:
    with SmtpServer(users=USERS, mechanisms=NAMES[::-1]) as server:
        assert statuses(send(server, people(1), **login)) == [SENT]
        assert logins(server) == [strongest]


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=NAMES)
def test_only_the_one_that_is_written(mechanism: Any) -> None:
    login = (TOKEN if mechanism.bearer else PASSWORD) | {"auth": mechanism.word}
    with SmtpServer(users=USERS, mechanisms=NAMES) as server:
        assert statuses(send(server, people(1), **login)) == [SENT]
        assert logins(server) == [mechanism.name]
    others = [name for name in NAMES if name != mechanism.name]
    with SmtpServer(users=USERS, mechanisms=others) as server:
        error = failure_of(server, **login)
        assert logins(server) == []
    assert f"no login that we know is offered: {', '.join(others)}" in error.message
    assert mechanism.name in error.hint


@pytest.mark.parametrize("code", ["504 5.5.4", "534 5.7.9", "432 4.7.12"])
def test_another_one_where_the_server_asks_for_it(code: str) -> None:
    with SmtpServer(refuse("AUTH", f"{code} not this one", times=1), users=USERS, mechanisms=NAMES) as server:
        assert statuses(send(server, people(1), **PASSWORD)) == [SENT]
        assert logins(server) == ["SCRAM-SHA-256", "PLAIN"]


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "SCRAM-SHA-256"])
def test_a_login_outside_of_ascii(mechanism: str) -> None:
    with SmtpServer(users={"jörg": "pässwörd"}, mechanisms=[mechanism]) as server:
        login = {"tls": "off", "user": "jörg", "password": Secret("pässwörd")}
        assert statuses(send(server, people(1), **login)) == [SENT]


@pytest.mark.parametrize("mechanism", ["PLAIN", "OAUTHBEARER", "XOAUTH2"])
def test_a_secret_that_is_too_long_for_a_command_line_comes_after_it(mechanism: str) -> None:
    login = {"tls": "off", "user": "mailer", "password" if mechanism == "PLAIN" else "token": Secret("x" * 2000)}
    with SmtpServer(users={"mailer": "x" * 2000}, mechanisms=[mechanism]) as server:
        assert statuses(send(server, people(1), **login)) == [SENT]
        assert f"AUTH {mechanism}" in server.commands


def test_never_cram_md5() -> None:
    with SmtpServer(users=USERS, mechanisms=["CRAM-MD5"]) as server:
        error = failure_of(server, **PASSWORD)
        assert logins(server) == []
    assert "no login that we know is offered: CRAM-MD5" in error.message


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=NAMES)
def test_a_refused_login_stops_all(mechanism: Any) -> None:
    login = {"tls": "off", "user": "mailer", "token" if mechanism.bearer else "password": Secret("wrong")}
    with SmtpServer(users=USERS, mechanisms=[mechanism.name]) as server:
        error = failure_of(server, **login)
        assert error.message.startswith(f"127.0.0.1:{server.port}: ")
    assert f"the login with {mechanism.name} was refused: 535" in error.message
    assert ("token" if mechanism.bearer else "password") in error.hint


def test_an_unknown_user_of_scram_is_refused() -> None:
    with SmtpServer(users={"somebody": "else"}, mechanisms=["SCRAM-SHA-256"]) as server:
        assert "was refused: 535" in failure_of(server, **PASSWORD).message


def test_a_login_that_may_work_later() -> None:
    with SmtpServer(refuse("AUTH", "454 4.7.0 too many logins"), users=USERS) as server:
        (outcome,) = send(server, people(1), **PASSWORD)
    assert (outcome.status, outcome.scope) == (UNSENT, Scope.ROUTE)


@pytest.mark.parametrize(
    "challenge,reason",
    [
        ("235 2.7.0 welcome", "does not prove that it knows the password"),
        ("334 !!!", "not base64"),
        (f"334 {base64('r=ours,s=QQ==,i=1')}", "none of ours"),
        (f"334 {base64('banana')}", "challenge is none"),
    ],
)
def test_a_server_that_does_not_know_the_password(challenge: str, reason: str) -> None:
    with SmtpServer(refuse("AUTH", challenge), users=USERS, mechanisms=["SCRAM-SHA-256"]) as server:
        error = failure_of(server, **PASSWORD)
    assert "the login was broken off: the server" in error.message
    assert reason in error.message
    assert "`host`" in error.hint


def test_a_server_that_asks_for_more_is_left() -> None:
    with SmtpServer(refuse("AUTH", f"334 {base64('and?')}"), users=USERS, mechanisms=["PLAIN"]) as server:
        error = failure_of(server, **PASSWORD)
        assert "*" in server.commands
    assert "asks for more" in error.message


@pytest.mark.parametrize("words,secret", [(PASSWORD, "password"), (TOKEN, "token")])
def test_neither_secrets_nor_addresses_are_in_errors(words: dict[str, Any], secret: str) -> None:
    forms = [
        base64("\0mailer\0s3cret-canary"),
        base64("user=mailer\1auth=Bearer s3cret-canary\1\1"),
        base64("n,a=mailer,\1auth=Bearer s3cret-canary\1\1"),
        base64("s3cret-canary"),
        base64("mailer"),
        "s3cret-canary",
        "mailer",
        "ann@canary.example",
    ]
    with SmtpServer(refuse("AUTH", f"535 5.7.8 no {' '.join(forms)}"), users=USERS, mechanisms=NAMES) as server:
        error = failure_of(server, **words)
        (outcome,) = send(server, people(1), **words)
    for text in (error.message, error.hint, str(error), repr(error), outcome.reply.text):
        assert not [form for form in forms if form in text]


# ---- tokens that a program prints --------------------------------------------------------------------------------


def command(tmp_path: Path, script: str) -> dict[str, Any]:
    (tmp_path / "token.py").write_text(script)
    return {"tls": "off", "user": "mailer", "token_command": f"{sys.executable} {tmp_path / 'token.py'}"}


COUNTING = """
import pathlib
runs = pathlib.Path(__file__).with_name("runs")
runs.write_text(runs.read_text() + "x" if runs.exists() else "x")
print("s3cret-canary" if len(runs.read_text()) > {expired} else "expired")
"""


def test_a_printed_token_is_kept_for_all_sessions(tmp_path: Path) -> None:
    with SmtpServer(users=USERS, mechanisms=["XOAUTH2"]) as server:
        options = command(tmp_path, COUNTING.format(expired=0))
        assert statuses(send(server, people(4), reuse=1, **options)) == [SENT] * 4
        assert server.connections == 4
    assert (tmp_path / "runs").read_text() == "x"


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_a_printed_token_that_has_expired_is_renewed(tmp_path: Path, mechanism: str) -> None:
    with SmtpServer(users=USERS, mechanisms=[mechanism]) as server:
        assert statuses(send(server, people(1), **command(tmp_path, COUNTING.format(expired=1)))) == [SENT]
    assert (tmp_path / "runs").read_text() == "xx"


def test_a_printed_token_that_stays_refused_ends_it(tmp_path: Path) -> None:
    with SmtpServer(users=USERS, mechanisms=["XOAUTH2"]) as server:
        error = failure_of(server, **command(tmp_path, "print('expired')"))
    assert "the login with XOAUTH2 was refused: 535" in error.message


@pytest.mark.parametrize(
    "script,reason,scope",
    [
        ("import sys; print('canary', file=sys.stderr); print('canary'); sys.exit(3)", "exit status 3", Scope.ROUTE),
        ("print('two canaries')", "is no token", Scope.SENDER),
        ("", "is no token", Scope.SENDER),
        ("print('\\xff')", "is no token", Scope.SENDER),
        ("print('a\\1auth=b')", "is no token", Scope.SENDER),
    ],
)
def test_a_program_that_prints_no_token(tmp_path: Path, script: str, reason: str, scope: Scope) -> None:
    with SmtpServer(users=USERS, mechanisms=["XOAUTH2"]) as server:
        error = failure_of(server, **command(tmp_path, script))
    assert reason in error.message
    assert error.scope is scope  # type: ignore[attr-defined] # NotOpened has it
    assert "canar" not in f"{error.message} {error.hint}"


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with SmtpServer(users=USERS, mechanisms=["XOAUTH2"]) as server:
        error = failure_of(server, tls="off", user="mailer", token_command=str(tmp_path / "nothing"))
    assert "cannot be run" in error.message

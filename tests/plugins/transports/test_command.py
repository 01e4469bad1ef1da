import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Outcome, Scope, Status
from mailgrid.testing import check_transport, message_to
from tests.plugins.opening import kind_of, open_kind

#: Keeps what it is given, as sendmail would: its arguments in one file, its input in another.
SENDMAIL = """\
import pathlib, sys, time
here = pathlib.Path({folder!r})
name = str(time.time_ns())
(here / (name + ".args")).write_text("\\n".join(sys.argv[1:]))
(here / (name + ".eml")).write_bytes(sys.stdin.buffer.read())
"""


@pytest.fixture
def sendmail(tmp_path: Path) -> str:
    (tmp_path / "got").mkdir()
    (tmp_path / "sendmail.py").write_text(SENDMAIL.format(folder=str(tmp_path / "got")))
    return f"{sys.executable} {tmp_path / 'sendmail.py'}"


def run(script: str, address: str = "ann@example.org", more: str = "", **options: Any) -> Outcome:
    command = f"{sys.executable} -c '{script}' {more}"
    (outcome,) = open_kind("transports.command", command, **options).open_session().deliver([message_to(address)])
    assert isinstance(outcome, Outcome)
    return outcome


def test_keeps_the_contract_and_wants_trust(sendmail: str, tmp_path: Path) -> None:
    kind = kind_of("transports.command")
    assert (kind.trust, kind.reaches_people) == (True, True)
    got = tmp_path / "got"
    check_transport(
        open_kind("transports.command", sendmail, root=tmp_path),
        lambda: [file.read_bytes().replace(b"\n", b"\r\n") for file in got.glob("*.eml")],
    )
    assert "-i\n-f\nsender@example.org\n--\nplain@example.org" in {file.read_text() for file in got.glob("*.args")}


def test_the_envelope_goes_where_it_is_wanted(sendmail: str, tmp_path: Path) -> None:
    transport = open_kind("transports.command", f"{sendmail} --from={{sender}} {{recipient}}", root=tmp_path)
    list(transport.open_session().deliver([message_to("$(id)@example.org")]))
    (arguments,) = (tmp_path / "got").glob("*.args")
    assert arguments.read_text() == "--from=sender@example.org\n$(id)@example.org"


@pytest.mark.parametrize(
    ("status", "outcome", "scope"),
    [
        (0, Status.SENT, Scope.RECIPIENT),
        (64, Status.UNSENT, Scope.SENDER),
        (65, Status.FAILED, Scope.RECIPIENT),
        (67, Status.FAILED, Scope.RECIPIENT),
        (68, Status.FAILED, Scope.RECIPIENT),
        (69, Status.UNSENT, Scope.ROUTE),
        (70, Status.IN_DOUBT, Scope.ROUTE),
        (71, Status.UNSENT, Scope.ROUTE),
        (75, Status.DEFERRED, Scope.RECIPIENT),
        (77, Status.UNSENT, Scope.SENDER),
        (78, Status.UNSENT, Scope.SENDER),
        (1, Status.FAILED, Scope.SENDER),
    ],
)
def test_what_an_exit_status_means(status: int, outcome: Status, scope: Scope) -> None:
    found = run(f'import sys; sys.stderr.write("says why\\nand more"); sys.exit({status})')
    assert (found.status, found.scope) == (outcome, scope)
    assert found.reply.text.endswith("says why")
    assert str(status) in found.reply.text or not status


def test_a_program_that_is_killed_may_have_taken_the_message() -> None:
    outcome = run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert (outcome.status, outcome.reply.text) == (Status.IN_DOUBT, "ended by signal 9")


def test_a_program_that_does_not_end_is_killed_and_leaves_doubt() -> None:
    outcome = run("import time; time.sleep(60)", timeout=timedelta(seconds=0.3))
    assert (outcome.status, outcome.scope) == (Status.IN_DOUBT, Scope.ROUTE)


def test_a_program_that_does_not_read_is_judged_by_its_status() -> None:
    assert run("pass").status is Status.SENT


def test_an_address_that_looks_like_an_option_is_refused() -> None:
    assert run("pass", "-oops@example.org").status is Status.SENT  # behind `--`
    assert run("pass", "-oops@example.org", more="{recipient}").status is Status.FAILED


def test_a_program_that_is_not_there() -> None:
    transport = open_kind("transports.command", "no-such-program-here")
    with pytest.raises(TransportError, match="`no-such-program-here` cannot be run"):
        transport.check()
    (outcome,) = transport.open_session().deliver([message_to("ann@example.org")])
    assert (outcome.status, outcome.scope) == (Status.UNSENT, Scope.SENDER)


@pytest.mark.parametrize("command", ["", "sendmail 'unclosed"])
def test_what_is_no_command(command: str) -> None:
    with pytest.raises(TransportError, match="the command"):
        open_kind("transports.command", command)

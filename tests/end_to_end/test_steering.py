"""A run that is under way, and what is said to it at another terminal."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mailgrid.testing import SmtpServer
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder
from tests.patience import wait_for, wait_until_still

PEOPLE = 1000


@pytest.fixture
def mailgrid(
    folder: CampaignFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[CommandLine]:
    """Return the other terminal."""
    monkeypatch.chdir(folder.path)
    handler = signal.getsignal(signal.SIGTERM)
    yield CommandLine(capsys)
    signal.signal(signal.SIGTERM, handler)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


def campaign(folder: CampaignFolder, server: SmtpServer, *settings: str) -> None:
    folder.people(PEOPLE)
    folder.campaign(f'smtp {{\n    host "{server.host}"\n    port {server.port}\n  }}', *settings)


def status(mailgrid: CommandLine) -> dict[str, Any]:
    (found,) = json.loads(mailgrid("status", "--json").out)["campaigns"]
    assert isinstance(found, dict)
    return found


def doing(mailgrid: CommandLine) -> tuple[bool, bool, bool, str | None]:
    found = status(mailgrid)
    return found["running"], found["sending"], found["paused"], found["rate"]


def ended(run: "subprocess.Popen[str]") -> tuple[int, str]:
    _, err = run.communicate(timeout=60)
    return run.returncode, err


def test_it_is_held_goes_on_faster_and_is_ended(
    folder: CampaignFolder, mailgrid: CommandLine, server: SmtpServer
) -> None:
    campaign(folder, server, "rate 10/s burst 1")
    run = folder.start("apply", "welcome.mailgrid", "--yes")
    wait_for(lambda: len(server.messages) > 2)

    assert folder.run("pause", "welcome").out == "welcome is paused; go on: mailgrid resume welcome\n"
    held = wait_until_still(lambda: len(server.messages))
    assert doing(mailgrid) == (True, True, True, None)

    assert mailgrid("rate", "welcome", "100/s").out == "welcome goes on at 100/s\n"
    assert mailgrid("resume", "welcome").code == 0
    wait_for(lambda: len(server.messages) >= held + 150, 14)  # at 10/s it would take longer
    assert doing(mailgrid) == (True, True, False, "100/s")

    assert mailgrid("stop", "welcome").out == "welcome stops; apply it again to go on\n"
    code, err = ended(run)
    assert (code, "error: stopped by `mailgrid stop`" in err) == (5, True)
    counts = status(mailgrid)["counts"]
    assert doing(mailgrid) == (False, False, False, None)
    assert counts["sent"] + counts["pending"] == PEOPLE
    assert counts["sent"] == len(server.messages) < PEOPLE


def schedule(after: timedelta) -> str:
    return (datetime.now(UTC) + after).strftime("schedule at %Y-%m-%dT%H:%M:%SZ")


def test_one_that_waits_for_its_time_is_told_too(
    folder: CampaignFolder, mailgrid: CommandLine, server: SmtpServer
) -> None:
    campaign(folder, server, schedule(timedelta(hours=1)))
    run = folder.start("apply", "welcome.mailgrid", "--yes")
    assert run.stderr is not None
    assert "welcome begins at" in run.stderr.readline()
    said = mailgrid("pause", "welcome")
    assert (said.code, "it does not send yet" in said.err) == (0, True)
    assert doing(mailgrid) == (True, False, True, None)
    assert mailgrid("stop", "welcome").code == 0
    code, err = ended(run)
    assert (code, "`welcome` was stopped by `mailgrid stop` before it began to send" in err) == (5, True)
    assert server.messages == []


def test_one_that_is_paused_before_its_time_begins_paused(
    folder: CampaignFolder, mailgrid: CommandLine, server: SmtpServer
) -> None:
    campaign(folder, server, schedule(timedelta(seconds=5)))
    run = folder.start("apply", "welcome.mailgrid", "--yes", "--take", "5")
    assert run.stderr is not None
    assert "welcome begins at" in run.stderr.readline()
    assert mailgrid("pause", "welcome").code == 0
    wait_for(lambda: doing(mailgrid)[1])
    time.sleep(0.2)
    assert server.messages == []
    assert mailgrid("resume", "welcome").err == ""
    assert ended(run)[0] == 0
    assert len(server.messages) == 5


def test_a_run_that_was_killed_is_none(folder: CampaignFolder, mailgrid: CommandLine, server: SmtpServer) -> None:
    campaign(folder, server, "rate 10/s burst 1")
    run = folder.start("apply", "welcome.mailgrid", "--yes")
    wait_for(lambda: bool(server.messages))
    assert mailgrid("pause", "welcome").code == 0
    run.kill()
    run.communicate()
    assert doing(mailgrid) == (False, False, False, None)
    assert mailgrid("resume", "welcome").code == 4
    before = len(server.messages)
    run = folder.start("apply", "welcome.mailgrid", "--yes")
    wait_for(lambda: len(server.messages) > before + 1)  # it is not paused
    run.send_signal(signal.SIGINT)
    assert ended(run)[0] == 130


def test_watching_prints_a_line_for_each_change_and_ends_with_ctrl_c(
    folder: CampaignFolder, mailgrid: CommandLine, server: SmtpServer
) -> None:
    campaign(folder, server)
    assert mailgrid("apply", "welcome.mailgrid", "--yes", "--take", "2").code == 0
    watch = folder.start("status", "--watch", "--json")
    assert watch.stdout is not None
    first = json.loads(watch.stdout.readline())
    assert mailgrid("apply", "welcome.mailgrid", "--yes", "--take", "2").code == 0
    while (now := json.loads(watch.stdout.readline()))["counts"]["sent"] < 4:
        assert now != first
        first = now
    watch.send_signal(signal.SIGINT)
    watch.communicate(timeout=60)
    assert watch.returncode == 0

"""A run that is sending, and what is said to it at another terminal."""

import json
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from mailgrid.testing import SmtpServer
from tests.end_to_end.campaign_folder import CampaignFolder

PEOPLE = 1000
#: What is said to a run is done within two seconds.
SOON = 2.0


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


def wait_for(what: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.02)


@pytest.fixture
def campaign(folder: CampaignFolder, server: SmtpServer) -> CampaignFolder:
    folder.people(PEOPLE)
    folder.campaign(f'smtp {{\n    host "{server.host}"\n    port {server.port}\n  }}', "rate 5/s burst 1")
    return folder


def status(folder: CampaignFolder) -> dict[str, object]:
    (found,) = json.loads(folder.run("status", "--json").out)["campaigns"]
    assert isinstance(found, dict)
    return found


def test_it_is_held_goes_on_faster_and_is_ended(campaign: CampaignFolder, server: SmtpServer) -> None:
    run = campaign.start("apply", "welcome.mailgrid", "--yes")
    wait_for(lambda: len(server.messages) > 2)

    assert campaign.run("pause", "welcome").out == "welcome is paused; go on: mailgrid resume welcome\n"
    time.sleep(SOON)
    held = len(server.messages)
    found = status(campaign)
    assert (found["sending"], found["paused"], found["rate"]) == (True, True, None)
    time.sleep(1)
    assert len(server.messages) == held

    assert campaign.run("rate", "welcome", "20/s").out == "welcome goes on at 20/s\n"
    assert campaign.run("resume", "welcome").code == 0
    wait_for(lambda: len(server.messages) >= held + 25, 6)  # at 5/s it would take as long again
    found = status(campaign)
    assert (found["sending"], found["paused"], found["rate"]) == (True, False, "20/s")

    assert campaign.run("stop", "welcome").out == "welcome stops; apply it again to go on\n"
    _, err = run.communicate(timeout=20)
    assert run.returncode == 5
    assert "error: stopped by `mailgrid stop`" in err
    found = status(campaign)
    counts = found["counts"]
    assert isinstance(counts, dict)
    assert (found["sending"], counts["sent"] + counts["pending"]) == (False, PEOPLE)
    assert counts["sent"] == len(server.messages) < PEOPLE


@pytest.mark.parametrize("command", [("pause",), ("resume",), ("stop",), ("rate", "5/s")], ids=lambda words: words[0])
def test_a_later_run_is_not_surprised(folder: CampaignFolder, command: tuple[str, ...]) -> None:
    folder.people(3)
    folder.campaign('maildir "box/"')
    assert folder.run("apply", "welcome.mailgrid", "--take", "1").code == 0
    ended = folder.run(command[0], "welcome", *command[1:])
    assert (ended.code, ended.out) == (4, "")
    assert "error[MG650]: no run of `welcome` is sending, so nothing was changed" in ended.err
    assert folder.run("apply", "welcome.mailgrid").code == 0


def test_a_run_that_was_killed_is_none(campaign: CampaignFolder, server: SmtpServer) -> None:
    run = campaign.start("apply", "welcome.mailgrid", "--yes")
    wait_for(lambda: bool(server.messages))
    assert campaign.run("pause", "welcome").code == 0
    run.kill()
    run.communicate()
    assert status(campaign)["sending"] is False
    assert campaign.run("resume", "welcome").code == 4
    before = len(server.messages)
    run = campaign.start("apply", "welcome.mailgrid", "--yes")
    wait_for(lambda: len(server.messages) > before + 1)  # it is not paused
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=20)


@pytest.mark.parametrize(
    "words, said",
    [
        (("rate", "welcome", "0/s"), "`0/s` is no rate"),
        (("rate", "welcome", "fast"), "`fast` is no rate"),
        (("pause", "nobody"), "the ledger knows no campaign `nobody`"),
        (("stop", "welcome.mailgrid"), "`welcome.mailgrid` is a file"),
        (("apply", "welcome.mailgrid", "--rate", "5"), "`5` is no rate"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_makes_no_sense(folder: CampaignFolder, words: tuple[str, ...], said: str) -> None:
    folder.people(1)
    folder.campaign('maildir "box/"')
    ended = folder.run(*words)
    assert ended.code == 2
    assert said in ended.err


def test_apply_at_another_rate(folder: CampaignFolder) -> None:
    folder.people(5)
    folder.campaign('maildir "box/"', "rate 1/min")
    ended = folder.run("apply", "welcome.mailgrid", "--rate", "100/s")
    assert ended.code == 0
    assert "at 100/s, " in ended.out


def test_watching_prints_a_line_for_each_change_and_ends_with_ctrl_c(campaign: CampaignFolder) -> None:
    assert campaign.run("apply", "welcome.mailgrid", "--yes", "--take", "2").code == 0
    watch = campaign.start("status", "--watch", "--json")
    assert watch.stdout is not None
    first = json.loads(watch.stdout.readline())
    assert campaign.run("apply", "welcome.mailgrid", "--yes", "--take", "2").code == 0
    while (now := json.loads(watch.stdout.readline()))["counts"]["sent"] < 4:
        assert now != first
        first = now
    watch.send_signal(signal.SIGINT)
    watch.communicate(timeout=10)
    assert watch.returncode == 0

"""Saved plans that are killed, interrupted or meet a server that is not there: they go on, and nobody gets two."""

import signal
from collections import Counter

import pytest

from mailgrid.testing import SmtpServer
from tests.end_to_end.campaign_folder import CampaignFolder, recipients, smtp
from tests.patience import wait_for


def test_killed_in_between_it_goes_on_without_those_who_came_since(folder: CampaignFolder) -> None:
    addresses = folder.people(400)
    with SmtpServer() as server:
        folder.campaign(smtp(server), "workers 2")
        assert folder.run("plan", "welcome.mailgrid", "-o", "welcome.plan").code == 0
        process = folder.start("apply", "welcome.plan", "--quiet")
        wait_for(lambda: len(server.messages) >= 100)
        process.kill()
        process.communicate()
        folder.people(450)
        assert folder.run("show", "welcome.plan", "--json").json["state"] == "interrupted"
        last = folder.run("apply", "welcome.plan", "--json")
        again = folder.run("apply", "welcome.plan")
    taken = Counter(recipients(server.messages))
    doubtful = {row["address"] for row in folder.run("log", "welcome", "--in-doubt", "--json").lines}
    assert max(taken.values()) == 1
    assert set(taken) | doubtful == set(addresses)
    assert last.json["campaigns"][0]["not_in_plan"] == 50
    assert last.code == int(bool(doubtful))
    assert (again.code, "MG604" in again.err) == (4, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_goes_on(folder: CampaignFolder, number: signal.Signals) -> None:
    addresses = folder.people(60)
    with SmtpServer() as server:
        folder.campaign(smtp(server), "rate 50/s burst 1")
        folder.run("plan", "welcome.mailgrid", "-o", "welcome.plan")
        process = folder.start("apply", "welcome.plan")
        wait_for(lambda: len(server.messages) >= 10)
        process.send_signal(number)
        out, _ = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "go on: mailgrid apply welcome.plan" in out
        assert folder.run("apply", "welcome.plan").code == 0
    assert sorted(recipients(server.messages)) == addresses


def test_a_server_that_is_down_leaves_the_plan_fresh(folder: CampaignFolder) -> None:
    folder.people(3)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        folder.run("plan", "welcome.mailgrid", "-o", "welcome.plan")
    assert folder.run("apply", "welcome.plan").code == 5
    assert folder.run("show", "welcome.plan", "--json").json["state"] == "fresh"


def test_two_at_once_send_once(folder: CampaignFolder) -> None:
    addresses = folder.people(40)
    with SmtpServer() as server:
        folder.campaign(smtp(server), "rate 20/s burst 1")
        folder.run("plan", "welcome.mailgrid", "-o", "welcome.plan")
        first = folder.start("apply", "welcome.plan")
        wait_for(lambda: len(server.messages) >= 3)
        assert folder.run("apply", "welcome.plan").code == 4
        first.communicate(timeout=60)
        assert first.returncode == 0
    assert sorted(recipients(server.messages)) == addresses

"""Runs that are killed, interrupted, or meet a server that is not there."""

import random
import signal
from collections import Counter

import pytest

from mailgrid.testing import SmtpServer, hang_up, refuse
from tests.end_to_end.campaign_folder import CampaignFolder, recipients, smtp
from tests.patience import wait_for
from tests.ports import dead_port


def wait_until_taken(server: SmtpServer, messages: int) -> None:
    wait_for(lambda: len(server.messages) >= messages)


@pytest.mark.parametrize("seed", range(3))
def test_killed_in_between_each_of_five_hundred_gets_one_message(folder: CampaignFolder, seed: int) -> None:
    chance = random.Random(seed)
    addresses = folder.people(500)
    with SmtpServer() as server:
        folder.campaign(smtp(server), "workers 4")
        for _ in range(2):
            process = folder.start("apply", "welcome.mailgrid", "--yes", "--quiet")
            wait_until_taken(server, min(480, len(server.messages) + chance.randrange(20, 200)))
            process.kill()
            process.communicate()
        last = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    taken = Counter(recipients(server.messages))
    doubtful = {row["address"] for row in folder.run("log", "welcome", "--in-doubt", "--json").lines}
    sent = {row["address"] for row in folder.run("log", "welcome", "--json").lines if row["status"] == "sent"}
    assert max(taken.values()) == 1
    assert sent <= set(taken) <= sent | doubtful
    assert sent | doubtful == set(addresses)
    assert len(doubtful) <= 2 * 4 * 4  # a window for each worker and kill, and the first one is of four messages
    assert last.code == int(bool(doubtful))


def test_ctrl_c_finishes_what_is_in_flight(folder: CampaignFolder) -> None:
    addresses = folder.people(300)
    with SmtpServer() as server:
        folder.campaign(smtp(server), "rate 100/s burst 1")
        process = folder.start("apply", "welcome.mailgrid", "--yes", "--json")
        wait_until_taken(server, 20)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        assert process.returncode == 130
        rows = folder.run("log", "welcome", "--json").lines
        assert {row["status"] for row in rows} == {"sent"}
        assert {row["address"] for row in rows} == set(recipients(server.messages))
        assert 20 <= len(rows) < 300
        folder.campaign(smtp(server))
        assert folder.run("apply", "welcome.mailgrid", "--yes").code == 0
    assert sorted(recipients(server.messages)) == addresses


def test_sigterm_is_as_good_as_ctrl_c(folder: CampaignFolder) -> None:
    folder.people(300)
    with SmtpServer() as server:
        folder.campaign(smtp(server), "rate 100/s burst 1")
        process = folder.start("apply", "welcome.mailgrid", "--yes")
        wait_until_taken(server, 5)
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 130
    assert folder.run("status", "welcome", "--json").json["campaigns"][0]["counts"]["in_doubt"] == 0


def test_a_server_that_is_down_stops_the_run_with_everybody_pending(folder: CampaignFolder) -> None:
    folder.people(10)
    with dead_port() as port:
        folder.campaign(f'smtp {{\n host "127.0.0.1"\n port {port}\n }}')
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert ended.code == 5
    assert ended.json["exit"] == 5
    assert "Traceback" not in ended.err
    assert folder.run("plan", "welcome.mailgrid", "--json").json["to_send"] == 10


def test_a_server_that_goes_away_stops_the_run_and_nobody_has_failed(folder: CampaignFolder) -> None:
    addresses = folder.people(40)
    with SmtpServer(hang_up("connect", after=0, times=0)) as server:
        folder.campaign(smtp(server), "rate 50/s", "retry for 2s", "workers 2")
        process = folder.start("apply", "welcome.mailgrid", "--yes", "--json")
        wait_until_taken(server, 5)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 5, err
    plan = folder.run("plan", "welcome.mailgrid", "--json").json["campaigns"][0]
    assert plan["rejected"] == 0
    assert plan["to_send"] + plan["already_sent"] + plan["in_doubt"] == len(addresses)


def test_a_refused_login_stops_the_run_with_everybody_pending(folder: CampaignFolder) -> None:
    folder.people(3)
    with SmtpServer(users={"ada": "right"}) as server:
        folder.campaign(smtp(server).removesuffix("}") + 'tls off\n user "ada"\n password secret("PASSWORD")\n }')
        ended = folder.run("apply", "welcome.mailgrid", "--yes", PASSWORD="wr0ng-canary")
    assert ended.code == 5
    assert "wr0ng-canary" not in ended.err + ended.out
    assert folder.run("plan", "welcome.mailgrid", "--json", PASSWORD="x").json["to_send"] == 3


def test_no_tls_where_it_is_required_stops_before_the_login(folder: CampaignFolder) -> None:
    folder.people(3)
    with SmtpServer(users={"ada": "right"}) as server:
        folder.campaign(smtp(server).removesuffix("}") + 'tls starttls\n user "ada"\n password secret("PASSWORD")\n }')
        ended = folder.run("apply", "welcome.mailgrid", "--yes", PASSWORD="right")
    assert ended.code == 5
    assert "STARTTLS" in ended.err
    assert not any(command.startswith("AUTH") for command in server.commands)


def test_a_refused_sender_stops_the_run(folder: CampaignFolder) -> None:
    folder.people(5)
    with SmtpServer(refuse("MAIL", "550 5.7.1 sender denied")) as server:
        folder.campaign(smtp(server))
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert ended.code == 5
    assert folder.run("plan", "welcome.mailgrid", "--json").json["to_send"] == 5


def test_a_second_run_at_the_same_time_is_refused(folder: CampaignFolder) -> None:
    folder.people(100)
    with SmtpServer() as server:
        folder.campaign(smtp(server), "rate 5/s burst 1")
        process = folder.start("apply", "welcome.mailgrid", "--yes")
        wait_until_taken(server, 1)
        second = folder.run("apply", "welcome.mailgrid", "--yes")
        process.terminate()
        process.communicate(timeout=30)
    assert second.code == 4
    assert "lock" in second.err


def test_a_fresh_clone_does_not_mail_everybody_again(folder: CampaignFolder) -> None:
    folder.people(3)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        assert folder.run("apply", "welcome.mailgrid", "--yes").code == 0
        for file in (folder.path / ".mailgrid").iterdir():
            file.unlink()
        refused = folder.run("apply", "welcome.mailgrid", "--yes")
        anew = folder.run("apply", "welcome.mailgrid", "--yes", "--new-ledger")
    assert refused.code == 4
    assert "--new-ledger" in refused.err
    assert anew.code == 0
    assert len(server.messages) == 6

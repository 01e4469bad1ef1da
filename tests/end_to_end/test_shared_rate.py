"""The rate of a named transport, over several processes at once."""

import json

import pytest

from mailgrid.testing import SmtpServer
from tests.end_to_end.campaign_folder import CampaignFolder, recipients
from tests.end_to_end.limits import assert_limited
from tests.patience import wait_for

RATE, BURST = 20, 2
PEOPLE = 40

CAMPAIGN = """
campaign {name} {{
  source csv "people.csv"
  from "Acme <{name}@acme.example>"
  subject "Hello"
  text "Dear {{{{ first_name }}}}"
  transport ses
  {settings}
}}
"""


def write(
    folder: CampaignFolder, server: SmtpServer, *names: str, settings: str = "", rate: int = RATE, burst: int = BURST
) -> None:
    transport = f'host "{server.host}"\n  port {server.port}\n  rate {rate}/s burst {burst}\n  workers 3'
    campaigns = [CAMPAIGN.format(name=name, settings=settings) for name in names]
    folder.write("mail.mailgrid", f"transport ses smtp {{\n  {transport}\n}}\n{''.join(campaigns)}")


def test_two_processes_keep_to_it_together(folder: CampaignFolder) -> None:
    addresses = folder.people(PEOPLE)
    with SmtpServer() as server:
        write(folder, server, "one", "two")
        started = [folder.start("apply", "mail.mailgrid", name, "--yes", "--quiet") for name in ("one", "two")]
        for process in started:
            _, err = process.communicate(timeout=60)
            assert (process.returncode, err) == (0, "")
        messages = list(server.messages)
    assert sorted(recipients(messages)) == sorted(addresses * 2)
    assert_limited(messages, RATE, BURST)


def test_a_run_that_is_killed_leaves_no_new_burst_to_the_next(folder: CampaignFolder) -> None:
    rate, burst = 4, 15
    folder.people(20)
    with SmtpServer() as server:
        write(folder, server, "one", "two", rate=rate, burst=burst)
        first = folder.start("apply", "mail.mailgrid", "one", "--yes", "--quiet")
        wait_for(lambda: len(server.messages) >= burst)
        first.kill()
        first.communicate()
        assert folder.run("apply", "mail.mailgrid", "two", "--yes").code == 0
        assert_limited(list(server.messages), rate, burst)


def test_the_plan_says_which_rate_holds_and_whose_it_is(folder: CampaignFolder) -> None:
    folder.people(42)
    with SmtpServer() as server:
        write(folder, server, "one", settings="rate 100/s")
        plan = folder.run("plan", "mail.mailgrid")
        told = json.loads(folder.run("plan", "mail.mailgrid", "--json").out)["campaigns"][0]
    assert "about 2 s at 20/s burst 2 of transport ses, 3 workers" in plan.out
    assert (told["rate"], told["seconds"]) == ("20/s burst 2 of transport ses", 2)
    assert not (folder.path / ".mailgrid").exists()


@pytest.mark.parametrize("content", ["no database at all, and long enough to be sure of it" * 100, ""])
def test_a_ledger_that_is_damaged_is_told_before_the_first_message(folder: CampaignFolder, content: str) -> None:
    folder.people(3)
    folder.write(".mailgrid/project.db", content)
    with SmtpServer() as server:
        write(folder, server, "one")
        ended = folder.run("apply", "mail.mailgrid", "--yes")
    if content:
        assert ended.code == 5
        assert "project.db: the file is no SQLite database" in ended.err
        assert not server.messages
    else:  # an empty file is a database that nobody has written to
        assert (ended.code, len(server.messages)) == (0, 3)


def test_without_a_rate_there_is_no_such_ledger(folder: CampaignFolder) -> None:
    folder.people(3)
    folder.campaign('maildir "out/"')
    assert folder.run("apply", "welcome.mailgrid", "--yes").code == 0
    assert not (folder.path / ".mailgrid/project.db").exists()

"""Limits of domains, over several runs: real processes and a real server."""

import pytest

from mailgrid.testing import SmtpServer
from tests.end_to_end.campaign_folder import CampaignFolder, recipients
from tests.end_to_end.limits import assert_limited
from tests.patience import wait_for

CAMPAIGN = """
campaign {name} {{
  source csv "people.csv"
  from "Acme <{name}@acme.example>"
  subject "Hello"
  text "Hello"
  transport smtp {{
    host "{host}"
    port {port}
  }}
  {setting}
}}
"""


def write(folder: CampaignFolder, server: SmtpServer, setting: str, *domains: str) -> None:
    """Write two campaigns over a list of people, each given as a domain."""
    names = ("one", "two")
    texts = [CAMPAIGN.format(name=name, host=server.host, port=server.port, setting=setting) for name in names]
    folder.write("mail.mailgrid", "".join(texts))
    folder.write("people.csv", "email\n" + "".join(f"p{n}@{domain}\n" for n, domain in enumerate(domains)))


def test_the_others_do_not_wait_for_a_limited_domain(folder: CampaignFolder) -> None:
    with SmtpServer() as server:
        write(folder, server, 'limit domain "busy.example" 4/s', *["busy.example", "d.example"] * 8)
        assert folder.run("apply", "mail.mailgrid", "one", "--yes").code == 0
        messages = list(server.messages)
    busy = [message for message in messages if message.rcpt_to[0].endswith("busy.example")]
    assert len(messages) == 16
    assert busy[-1].moment - busy[0].moment >= 1.2  # seven times a quarter of a second, but for the first one's way
    assert {address.split("@")[1] for address in recipients(messages[-3:])} == {"busy.example"}


@pytest.mark.parametrize("setting", ['limit domain "busy.example" 4/s burst 8', "rate 4/s burst 8"])
def test_a_run_that_is_killed_leaves_no_new_burst_to_the_next(folder: CampaignFolder, setting: str) -> None:
    with SmtpServer() as server:
        write(folder, server, setting, *["busy.example"] * 14)
        first = folder.start("apply", "mail.mailgrid", "one", "--yes", "--quiet")
        wait_for(lambda: len(server.messages) >= 8)
        first.kill()
        first.communicate()
        folder.run("apply", "mail.mailgrid", "one", "--yes", "--resend-in-doubt")
        assert_limited(list(server.messages), 4, 8)
        assert len(set(recipients(server.messages))) == 14


def test_two_campaigns_share_a_domain(folder: CampaignFolder) -> None:
    with SmtpServer() as server:
        write(folder, server, "limit domain any 8/s burst 2", *["busy.example"] * 10)
        started = [folder.start("apply", "mail.mailgrid", name, "--yes", "--quiet") for name in ("one", "two")]
        for process in started:
            _, err = process.communicate(timeout=60)
            assert (process.returncode, err) == (0, "")
        assert len(server.messages) == 20
        assert_limited(list(server.messages), 8, 2)

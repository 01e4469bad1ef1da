"""A run that was killed, settled by the log of the server that it wrote to."""

import signal

import pytest

from tests.end_to_end.campaign_folder import CampaignFolder
from tests.servers import exim as exims
from tests.servers import postfix as postfixes
from tests.servers.exim import Exim
from tests.servers.postfix import Postfix
from tests.servers.real_server import RealServer
from tests.servers.sending import CLEAR, campaign, ledger, people


def settled(folder: CampaignFolder, server: RealServer, taken: str, count: int) -> None:
    """Kill a run once the log holds `taken` often enough, and let the log tell what became of those in doubt."""
    addresses, _ = people(folder, count)
    campaign(folder, server, CLEAR, settings=["workers 1"])
    process = folder.start("apply", "welcome.mailgrid", "--yes", "--quiet")
    server.wait_until_it_says(taken, 20)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL, "it was done before it was killed"
    delivered = set(server.delivered())
    folder.run("resolve", "--from-log", str(server.log))
    states = ledger(folder)
    assert states["sent"] == delivered
    assert 10 <= len(delivered) < len(addresses)
    folder.run("resolve", "--all-unsent")
    assert folder.run("apply", "welcome.mailgrid", "--yes").code == 0
    again = server.delivered()
    assert set(again.values()) == {1}
    assert again.keys() == set(addresses)


@pytest.mark.skipif(bool(postfixes.MISSING), reason=postfixes.MISSING)
def test_postfix_knows_who_got_it(folder: CampaignFolder, postfix: Postfix) -> None:
    settled(folder, postfix, ": client=", 500)


@pytest.mark.skipif(bool(exims.MISSING), reason=exims.MISSING)
def test_exim_knows_who_got_it(folder: CampaignFolder) -> None:
    with Exim() as exim:
        settled(folder, exim, " <= ", 120)

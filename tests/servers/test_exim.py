"""Against a real Exim that hangs up after twelve messages, and refuses some."""

import pytest

from tests.end_to_end.campaign_folder import CampaignFolder
from tests.servers.exim import MISSING, Exim
from tests.servers.sending import CLEAR, TLS, assert_true, campaign, ledger, people

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@pytest.mark.parametrize(
    "tls, pipeline", [(CLEAR, "auto"), (TLS, "auto"), (TLS, "off")], ids=["clear", "tls", "tls lockstep"]
)
def test_its_limit_on_messages_a_connection_leaves_nobody_in_doubt(
    folder: CampaignFolder, exim: Exim, tls: str, pipeline: str
) -> None:
    taken, refused = people(folder, 40, gone=4)
    campaign(folder, exim, tls, f"pipeline {pipeline}", settings=["workers 1"])
    ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    states, delivered = ledger(folder), exim.delivered()
    assert ended.code == 1, ended.err
    assert_true(states, delivered)
    assert states["sent"] == delivered.keys() == set(taken)
    assert states["failed"] == set(refused)
    assert not states["in_doubt"]

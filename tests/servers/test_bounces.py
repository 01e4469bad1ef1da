"""What the real servers write down of messages that the next server refuses."""

import json

import pytest

from mailgrid.testing import SmtpServer, refuse
from tests.end_to_end.campaign_folder import CampaignFolder
from tests.servers import exim as exims
from tests.servers import postfix as postfixes
from tests.servers.exim import Exim
from tests.servers.postfix import Postfix
from tests.servers.sending import CLEAR, campaign

MISSING = {Postfix: postfixes.MISSING, Exim: exims.MISSING}
WORDS = {
    "moved": "550 5.1.1 no such user",
    "full": "552 5.2.2 mailbox is full",
    "policy": "550 5.7.1 we do not know you",
}


@pytest.mark.parametrize("kind", [Postfix, Exim])
def test_who_does_not_exist_is_not_written_to_again(folder: CampaignFolder, kind: type[Postfix] | type[Exim]) -> None:
    if reason := MISSING[kind]:
        pytest.skip(reason)
    people = [f"onward.{name}@mail.example" for name in (*WORDS, "fine")]
    folder.write("people.csv", "\n".join(["email,first_name", *(f"{address},Jo" for address in people), ""]))
    faults = [refuse("RCPT", words, to=f"onward.{name}@mail.example") for name, words in WORDS.items()]
    with SmtpServer(*faults) as far_side, kind(onward=far_side.port) as server:
        campaign(folder, server, CLEAR)
        assert folder.run("apply", "welcome.mailgrid", "--yes").code == 0
        server.settle()
        ended = folder.run("bounces", "--from-log", str(server.log), "--json")
    assert ended.json["added"] == 1
    assert ended.json["bounces"] == {"address": 1, "mailbox": 1, "policy": 1, "content": 0, "other": 0}
    listed = [json.loads(line)["address"] for line in folder.run("suppress", "list", "--json").out.splitlines()]
    assert listed == ["onward.moved@mail.example"]

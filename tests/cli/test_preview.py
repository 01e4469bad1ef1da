from email import message_from_bytes, policy

import pytest

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder


@pytest.fixture
def campaign(folder: CampaignFolder) -> CampaignFolder:
    folder.people(3)
    folder.campaign('maildir "box/"', 'cc "boss@acme.example"')
    return folder


def test_the_first_message_as_it_would_be_sent(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("preview", "welcome.mailgrid")
    head, _, body = ended.out.partition("\n\n")
    assert ended.code == 0
    assert "Subject: Hello Person 1" in head.splitlines()
    assert "To: p00001@mail.example" in head.splitlines()
    assert body == "Dear Person 1\n"
    assert not (campaign.path / "box").exists()


def test_one_by_its_place_or_its_key(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    assert "Dear Person 3" in mailgrid("preview", "welcome.mailgrid", "--row", "3").out
    assert "Dear Person 2" in mailgrid("preview", "welcome.mailgrid", "--key", "P00002@mail.example").out
    for wrong in (("--row", "4"), ("--key", "nobody@mail.example")):
        ended = mailgrid("preview", "welcome.mailgrid", *wrong)
        assert (ended.code, ended.out) == (2, "")


def test_json(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    shown = mailgrid("preview", "welcome.mailgrid", "--json").json
    assert set(shown) == {"format", "envelope", "headers", "text", "html", "enclosed"}
    assert shown["envelope"] == {
        "from": "hello@acme.example",
        "to": "p00001@mail.example",
        "copies": ["boss@acme.example"],
    }
    assert ["Subject", "Hello Person 1"] in shown["headers"]
    assert shown["html"] is None


def test_files_hold_the_exact_bytes(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("preview", "welcome.mailgrid", "--eml", "out", "-n", "2")
    files = sorted((campaign.path / "out").iterdir())
    assert ended.err == "wrote 2 messages into out\n"
    assert [file.name for file in files] == ["p00001@mail.example.eml", "p00002@mail.example.eml"]
    message = message_from_bytes(files[0].read_bytes(), policy=policy.SMTP)
    assert message["Subject"] == "Hello Person 1"
    assert b"\r\n\r\nDear Person 1" in files[0].read_bytes()


def test_people_whose_keys_look_alike_get_files_of_their_own(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("people.csv", "id,email,first_name\na/b,a@x.example,A\na?b,b@x.example,B\nA/B,c@x.example,C\n")
    folder.campaign('maildir "box/"', "key id")
    mailgrid("preview", "welcome.mailgrid", "--eml", "out")
    assert len(list((folder.path / "out").iterdir())) == 3

"""`plan --rows` and `plan --diff`."""

import pytest

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

PEOPLE = """email,first_name,id,active
ann@x.example,Ann,1,yes
ANN@x.example,Ann again,2,yes
bob@x.example,Bob,3,no
cleo@x.example,Cleo,4,perhaps
nowhere,Dan,5,yes
eve@x.example,,,yes
"""


@pytest.fixture
def campaign(folder: CampaignFolder) -> CampaignFolder:
    folder.write("people.csv", PEOPLE)
    folder.campaign('maildir "box/"', "where active")
    return folder


def test_each_row_has_its_reason(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("plan", "welcome.mailgrid", "--rows")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "campaign\tline\tkey\twhat",
        "welcome\t2\tann@x.example\tto send",
        "welcome\t3\tann@x.example\tsame key as line 2",
        "welcome\t4\tbob@x.example\tno match",
        "welcome\t5\tcleo@x.example\tunknown",
        "welcome\t6\t\tbad address: the address has no `@`",
        "welcome\t7\teve@x.example\tto send",
    ]


def test_each_row_as_json_after_a_run(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    mailgrid("apply", "welcome.mailgrid", "--take", "1")
    lines = mailgrid("plan", "welcome.mailgrid", "--rows", "--json").lines
    assert lines[0] == {"campaign": "welcome", "line": 2, "key": "ann@x.example", "what": "already sent"}
    assert [line["what"] for line in lines if line["line"] == 7] == ["to send"]


def test_rows_by_another_key(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    campaign.campaign('maildir "box/"', "where active", "key id")
    lines = mailgrid("plan", "welcome.mailgrid", "--rows", "--json").lines
    assert [(line["key"], line["what"]) for line in lines] == [
        ("1", "to send"),
        ("2", "to send"),
        ("3", "no match"),
        ("4", "unknown"),
        ("", "bad address: the address has no `@`"),
        ("", "bad address: `id` is empty"),
    ]


def test_there_are_as_many_rows_of_a_kind_as_the_plan_counts(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    counted = mailgrid("plan", "welcome.mailgrid", "--json").json["campaigns"][0]
    found = [line["what"].partition(":")[0] for line in mailgrid("plan", "welcome.mailgrid", "--rows", "--json").lines]
    assert len(found) == counted["rows"]
    assert found.count("to send") == counted["to_send"]
    assert found.count("unknown") == counted["unknown"]
    assert found.count("bad address") == counted["bad_address"]
    assert found.count("same key as line 2") == counted["duplicate"]


def test_a_plan_is_compared_with_a_saved_one(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(5)
    folder.campaign('maildir "box/"')
    mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan")
    same = mailgrid("plan", "welcome.mailgrid", "--diff", "welcome.plan")
    assert same.out.endswith("  welcome: 0 new, 0 gone, 0 sent since, 5 as planned\n\n")
    mailgrid("apply", "welcome.mailgrid", "--take", "1")
    rows = (folder.path / "people.csv").read_text().replace("p00003@mail", "new@mail")
    folder.write("people.csv", rows + "newer@mail.example,Newer\n")
    folder.campaign('maildir "box/"', "workers 2")
    told = mailgrid("plan", "welcome.mailgrid", "--diff", "welcome.plan", "--json").json
    assert told["diff"]["changed"] == ["welcome.mailgrid"]
    assert told["diff"]["campaigns"] == [{"name": "welcome", "planned": 3, "new": 2, "sent": 1, "gone": 1}]
    shown = mailgrid("plan", "welcome.mailgrid", "--diff", "welcome.plan").out
    assert f"compared with plan {told['diff']['plan']} of " in shown
    assert "  changed: welcome.mailgrid\n" in shown


def test_a_campaign_that_is_not_in_the_saved_plan_is_not_compared(
    folder: CampaignFolder, mailgrid: CommandLine
) -> None:
    folder.people(2)
    folder.campaign('maildir "box/"')
    mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan")
    folder.campaign('maildir "box/"', name="other")
    told = mailgrid("plan", "other.mailgrid", "--diff", "welcome.plan", "--json").json
    assert told["diff"]["campaigns"] == []
    assert mailgrid("plan", "other.mailgrid", "--diff", "no.plan").code == 2

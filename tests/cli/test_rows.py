import pytest

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

PEOPLE = """email,first_name,active,age
ann@x.example,Ann,yes,30
bob@x.example,Bob,no,40
cleo@x.example,Cleo,perhaps,50
"""


@pytest.fixture
def campaign(folder: CampaignFolder) -> CampaignFolder:
    folder.write("people.csv", PEOPLE)
    folder.campaign('maildir "box/"', "where active and age > 20")
    return folder


def test_those_who_match(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("rows", "welcome.mailgrid")
    assert ended.code == 0
    assert ended.out.splitlines()[0].split("\t")[:2] == ["line", "email"]
    assert [line.split("\t")[1] for line in ended.out.splitlines()[1:]] == ["ann@x.example"]


def test_all_with_what_the_condition_says(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    rows = mailgrid("rows", "welcome.mailgrid", "--all").out.splitlines()
    assert [row.split("\t")[:3] for row in rows] == [
        ["line", "match", "email"],
        ["2", "yes", "ann@x.example"],
        ["3", "no", "bob@x.example"],
        ["4", "unknown", "cleo@x.example"],
    ]


def test_json_is_one_object_a_row(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    lines = mailgrid("rows", "welcome.mailgrid", "--all", "--json").lines
    assert all(set(line) == {"line", "key", "match", "fields"} for line in lines)
    assert [line["match"] for line in lines] == [True, False, None]
    assert lines[0]["fields"] == {"email": "ann@x.example", "first_name": "Ann", "active": "yes", "age": "30"}
    assert mailgrid("rows", "welcome.mailgrid", "--json=line,key").lines == [{"line": 2, "key": "ann@x.example"}]


def test_a_further_condition(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    assert len(mailgrid("rows", "welcome.mailgrid", "--where", "age < 20", "--json").lines) == 0
    assert len(mailgrid("rows", "welcome.mailgrid", "--where", 'first_name = "Ann"', "--json").lines) == 1


def test_a_further_condition_that_is_wrong(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("rows", "welcome.mailgrid", "--where", "age <")
    assert ended.code == 2
    assert "--where:1" in ended.err


def test_why_answers_each_test_for_one_person(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("rows", "welcome.mailgrid", "--why", "CLEO@x.example")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "line 4 of people.csv: unknown",
        "answer\ttest\tvalue",
        "unknown\tactive\tperhaps",
        "yes\tage > 20\t50",
    ]


def test_why_of_nobody(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    assert mailgrid("rows", "welcome.mailgrid", "--why", "dan@x.example").code == 2


def test_the_joined_condition(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("rows", "welcome.mailgrid", "--show-where", "--where", "age < 99")
    assert ended.out == "active and age > 20 and age < 99\n"


def test_as_many_as_wanted(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(30)
    folder.campaign('maildir "box/"')
    assert len(mailgrid("rows", "welcome.mailgrid").out.splitlines()) == 31
    assert len(mailgrid("rows", "welcome.mailgrid", "-n", "5").out.splitlines()) == 6
    assert len(mailgrid("rows", "welcome.mailgrid", "-n", "0", "--json").lines) == 30

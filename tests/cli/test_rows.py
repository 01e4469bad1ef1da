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


def test_a_further_condition_in_a_rule_file(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    campaign.write("old.json", '{"op": "GT", "field": "age", "value": 45}')
    ended = mailgrid("rows", "welcome.mailgrid", "--show-where", "--where", 'rules("old.json")')
    assert ended.out == "active and age > 20 and `age` > 45\n"
    campaign.write("old.json", '{"op": "GT", "field": "age"}')
    ended = mailgrid("rows", "welcome.mailgrid", "--where", 'rules("old.json")')
    assert ended.code == 2
    assert "old.json:1:1" in ended.err


def test_a_further_condition_that_is_wrong(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("rows", "welcome.mailgrid", "--where", "age <")
    assert ended.code == 2
    assert "--where:1" in ended.err


def test_why_answers_each_test_for_one_person(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("rows", "welcome.mailgrid", "--why", "CLEO@x.example")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "cleo@x.example, line 4 of people.csv: unknown, so not mailed",
        "unknown  all of",
        'unknown    active    "perhaps" is neither yes nor no  <-',
        'yes        age > 20  "50"',
    ]


def test_why_in_json_is_one_object(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    found = mailgrid("rows", "welcome.mailgrid", "--why", "bob@x.example", "--json").json
    assert {key: found[key] for key in ("campaign", "key", "line", "match")} == {
        "campaign": "welcome",
        "key": "bob@x.example",
        "line": 3,
        "match": False,
    }
    assert found["why"]["parts"][0] == {
        "test": "active",
        "answer": False,
        "decides": True,
        "cells": {"active": "no"},
        "note": "",
    }


def test_why_without_a_condition(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("people.csv", PEOPLE)
    folder.campaign('maildir "box/"')
    assert mailgrid("rows", "welcome.mailgrid", "--why", "ann@x.example").out.splitlines() == [
        "ann@x.example, line 2 of people.csv: yes",
        "there is no condition: everybody is meant",
    ]


def test_why_shows_segments_and_rule_files_from_within(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("people.csv", PEOPLE)
    folder.write("old.json", '{"op": "NOT", "rules": [{"op": "LT", "field": "age", "value": 45}]}')
    path = folder.campaign('maildir "box/"', "where in old")
    path.write_text('segment old where rules("old.json") or first_name is empty\n' + path.read_text())
    assert mailgrid("rows", "welcome.mailgrid", "--why", "ann@x.example").out.splitlines() == [
        "ann@x.example, line 2 of people.csv: no, so not mailed",
        "no       in old",
        "no         any of",
        'no           rules("old.json")',
        "no             not",
        'yes              `age` < 45       "30"   <-',
        'no           first_name is empty  "Ann"  <-',
    ]


def test_the_joined_condition_shows_what_a_rule_file_holds(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("people.csv", PEOPLE)
    folder.write("old.json", '{"op": "OR", "rules": [{"op": "GT", "field": "age", "value": 45}]}')
    folder.campaign('maildir "box/"', 'where active and not rules("old.json")')
    assert mailgrid("rows", "welcome.mailgrid", "--show-where").out == "active and not `age` > 45\n"


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

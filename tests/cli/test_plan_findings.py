"""What a plan says about its condition, when the whole list was read: cells that are unreadable, tests that miss."""

import pytest

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

PEOPLE = """email,first_name,country,age
ann@x.example,Ann,FR,30
bob@x.example,Bob,FR,thirty
cleo@x.example,Cleo,DE,
dan@x.example,Dan,Fr,"40, or so"
"""


@pytest.fixture
def people(folder: CampaignFolder) -> CampaignFolder:
    folder.write("people.csv", PEOPLE)
    return folder


def found(mailgrid: CommandLine) -> list[tuple[str, str, str]]:
    told = mailgrid("plan", "welcome.mailgrid", "--json").json["diagnostics"]
    return [(each["code"], each["message"], each["help"]) for each in told]


def test_a_near_miss_is_told_with_the_fix(people: CampaignFolder, mailgrid: CommandLine) -> None:
    people.campaign('maildir "box/"', 'where country = "fr"')
    ended = mailgrid("plan", "welcome.mailgrid")
    assert ended.code == 0
    assert 'near miss                country = "fr" matches 0 rows; ignoring case it matches 3' in ended.out
    assert 'warning[W402]: `country = "fr"` matches 0 of 4 rows' in ended.err
    assert "= help: ignoring case it matches 3: add `ignoring case`" in ended.err
    assert found(mailgrid) == [
        ("W402", '`country = "fr"` matches 0 of 4 rows', "ignoring case it matches 3: add `ignoring case`")
    ]


def test_a_near_miss_beside_a_test_that_matches(people: CampaignFolder, mailgrid: CommandLine) -> None:
    people.campaign('maildir "box/"', 'where country = "de" or country = "FR"')
    assert [each[:2] for each in found(mailgrid)] == [("W402", '`country = "de"` matches 0 of 4 rows')]


def test_nobody_and_nothing_near(people: CampaignFolder, mailgrid: CommandLine) -> None:
    people.campaign('maildir "box/"', 'where country = "BE"')
    assert found(mailgrid) == [
        ("W402", '`country = "BE"` matches 0 of 4 rows', "see what the column holds: mailgrid columns FILE")
    ]


def test_each_test_matches_somebody_but_all_together_nobody(people: CampaignFolder, mailgrid: CommandLine) -> None:
    people.campaign('maildir "box/"', 'where country = "DE" and first_name = "Ann"')
    assert found(mailgrid) == [
        (
            "W402",
            '`country = "DE" and first_name = "Ann"` matches 0 of 4 rows',
            "see each row's answer: mailgrid rows FILE --all",
        )
    ]


def test_unreadable_cells(people: CampaignFolder, mailgrid: CommandLine) -> None:
    people.campaign('maildir "box/"', "where age >= 18")
    assert found(mailgrid) == [
        ("W401", "2 rows not mailed: `age` is not a number", 'line 3 "thirty", 5 "40, or so": clean what stands there')
    ]
    told = mailgrid("plan", "welcome.mailgrid")
    assert "in 1 more it is empty; add `or age is empty` if you mean those too" in told.err
    assert (
        'unknown, not mailed      3 rows: `age >= 18` has no answer (line 3 "thirty", 5 "40, or so", 4 "")' in told.out
    )


def test_empty_cells_alone_are_no_warning(people: CampaignFolder, mailgrid: CommandLine) -> None:
    people.write("people.csv", "email,first_name,age\nann@x.example,Ann,30\nbob@x.example,Bob,\n")
    people.campaign('maildir "box/"', "where age >= 18")
    assert found(mailgrid) == []


def test_everybody_in_a_long_list(people: CampaignFolder, mailgrid: CommandLine) -> None:
    people.people(100)
    people.campaign('maildir "box/"', 'where email contains "@"')
    assert [each[:2] for each in found(mailgrid)] == [("W402", '`email contains "@"` matches all 100 rows')]
    people.people(99)
    assert found(mailgrid) == []


def test_quiet_is_quiet(people: CampaignFolder, mailgrid: CommandLine) -> None:
    people.campaign('maildir "box/"', 'where country = "fr"')
    assert mailgrid("plan", "welcome.mailgrid", "-q").err == ""

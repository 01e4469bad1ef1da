"""A campaign whose people are in a database: trusted, asked for what it needs, and every row judged again."""

import sqlite3

import pytest

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

CAMPAIGN = """
campaign welcome {
  source sql "sqlite:///people.db" { query "SELECT * FROM people" }
  where country = "FR" and age >= 18
  from "Acme <hello@acme.example>"
  subject "Hello {{ first_name }}"
  text "Dear {{ first_name }}"
  transport maildir "box/"
}
"""


@pytest.fixture(autouse=True)
def people(folder: CampaignFolder) -> None:
    rows = [
        ("ann@mail.example", "Ann", "FR ", 30, "x"),
        ("bob@mail.example", "Bob", "DE", 30, "x"),
        ("cid@mail.example", "Cid", None, 30, "x"),
        ("dan@mail.example", "Dan", " FR", 17, "x"),
    ]
    database = sqlite3.connect(folder.path / "people.db")
    database.execute("CREATE TABLE people (email, first_name, country, age, secret_note)")
    database.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?)", rows)
    database.commit()
    database.close()
    folder.write("welcome.mailgrid", CAMPAIGN)


def test_it_has_to_be_trusted(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.code == 2
    assert "error[MG624]: `sql` reaches outside" in ended.err


def test_the_plan_shows_what_was_asked(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("plan", "welcome.mailgrid", "--trust", "sql", "-v")
    assert ended.code == 0
    assert "2  rows             in sqlite:///people.db" in ended.out
    assert "prefiltered              the source left out rows that surely do not match" in ended.out
    assert "asked for                SELECT asked.email, asked.first_name, asked.country, asked.age FROM" in ended.out
    assert "= 'FR'" in ended.out
    assert "secret_note" not in ended.out
    assert "1  to send" in ended.out
    assert "W402" not in ended.err
    assert "asked for" not in mailgrid("plan", "welcome.mailgrid", "--trust", "sql").out


def test_without_the_prefilter_the_same_people_get_it(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("welcome.mailgrid", CAMPAIGN.replace('people" }', 'people"\n prefilter false\n }'))
    ended = mailgrid("plan", "welcome.mailgrid", "--trust", "sql", "-v")
    assert "4  rows" in ended.out
    assert "1  to send" in ended.out
    assert "prefiltered" not in ended.out
    assert mailgrid("apply", "welcome.mailgrid", "--trust", "sql").code == 0
    assert len(list((folder.path / "box" / "new").iterdir())) == 1


def test_a_wrong_column_or_query_is_one_error(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("welcome.mailgrid", CAMPAIGN.replace("country", "contry"))
    ended = mailgrid("apply", "welcome.mailgrid", "--trust", "sql")
    assert (ended.code, "did you mean `country`?" in ended.err) == (2, True)
    folder.write("welcome.mailgrid", CAMPAIGN.replace("FROM people", "FROM nobody"))
    ended = mailgrid("apply", "welcome.mailgrid", "--trust", "sql")
    assert ended.code == 2
    assert "error[MG403]: sqlite:///people.db: the query fails: no such table: nobody" in ended.err
    assert "--> welcome.mailgrid:3:14" in ended.err
    assert not (folder.path / "box").exists()


def test_a_login_in_the_location_is_not_shown(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("welcome.mailgrid", CAMPAIGN.replace("sqlite:///", "postgresql://ann:canary@127.0.0.1:1/"))
    ended = mailgrid("plan", "welcome.mailgrid", "--trust", "sql")
    assert ended.code == 2
    assert "postgresql://127.0.0.1:1/people.db cannot be reached" in ended.err
    told = [line for line in ended.err.splitlines() if "|" not in line]  # the file's own line is shown as it stands
    assert "canary" not in "".join(told)

"""What `check` says, and offers, once the source's header is known."""

import pytest

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

HEADER = "email,first_name,country,plan,active,age,balance,joined,Post Code\n"
# What is written, the caret's column, the help, and what the fix makes of it (nothing: there is none).
CASES = [
    ('where coutry = "FR"', 9, "did you mean `country`?", 'where country = "FR"'),
    ('where Country = "FR"', 9, "the header has it as `country`", 'where country = "FR"'),
    ('where postcode = "1"', 9, "the header has it as `` `Post Code` ``", 'where `Post Code` = "1"'),
    ("where plan = pro", 16, 'write it in quotes: `"pro"`', 'where plan = "pro"'),
    ("where plan in (pro)", 18, 'write it in quotes: `"pro"`', 'where plan in ("pro")'),
    ("where plan starts with pro", 26, 'write it in quotes: `"pro"`', 'where plan starts with "pro"'),
    ("where active = yes", 18, "write `active`, or `active = true`", "where active = true"),
    ("where active = No", 18, "write `not active`, or `active = false`", "where active = false"),
    ("where balance-5 > 3", 9, "did you mean `balance - 5`?", "where balance - 5 > 3"),
    ("where plan = null", 16, "there is no `null` here: write `plan is empty`", ""),
    ("key emial", 7, "did you mean `email`?", "key email"),
    ("key post_code", 7, "did you mean `Post Code`?", "key `Post Code`"),
    ("key identity", 7, "columns: email, first_name, country, plan, active, age, balance, joined, Post Code", ""),
]


@pytest.mark.parametrize(("setting", "column", "help_line", "fixed"), CASES)
def test_an_unknown_column(
    folder: CampaignFolder, mailgrid: CommandLine, setting: str, column: int, help_line: str, fixed: str
) -> None:
    folder.write("people.csv", HEADER)
    file = folder.campaign('maildir "box/"', setting)
    content = file.read_text().replace("{{ first_name }}", "")
    file.write_text(content)
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.code == 2
    assert f"--> welcome.mailgrid:7:{column}\n" in ended.err
    assert f"= help: {help_line}\n" in ended.err
    mailgrid("check", "--fix", "welcome.mailgrid")
    assert file.read_text() == content.replace(setting, fixed or setting)


def test_a_column_that_is_there_twice_is_shown_where_the_source_is_named(
    folder: CampaignFolder, mailgrid: CommandLine
) -> None:
    folder.write("people.csv", "email,first_name,first_name\n")
    folder.campaign('maildir "box/"')
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.code == 2
    assert "error[MG312]: people.csv has two columns `first_name`\n --> welcome.mailgrid:2:14\n" in ended.err

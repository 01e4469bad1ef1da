"""`mailgrid preview` of a campaign with variants."""

import pytest

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder


@pytest.fixture(autouse=True)
def _campaign(folder: CampaignFolder) -> None:
    folder.people(40)
    folder.campaign("stdout", 'variant short 50% { subject "Short" }', 'variant long { subject "Long" }')


@pytest.mark.parametrize("name, subject", [("short", "Short"), ("long", "Long")])
def test_a_message_of_each(mailgrid: CommandLine, name: str, subject: str) -> None:
    ended = mailgrid("preview", "welcome.mailgrid", "--variant", name)
    assert f"Subject: {subject}\n" in ended.out
    assert f"variant {name}" in ended.err
    first, second = (
        mailgrid("preview", "welcome.mailgrid", "--variant", name, "--row", row, "--json").json for row in "12"
    )
    assert first["variant"] == second["variant"] == name
    assert first["envelope"] != second["envelope"]


def test_one_that_there_is_not(mailgrid: CommandLine) -> None:
    ended = mailgrid("preview", "welcome.mailgrid", "--variant", "shrot")
    assert ended.code == 2
    assert "`welcome` has no variant `shrot`" in ended.err
    assert "it has: short, long" in ended.err


def test_more_than_there_are(mailgrid: CommandLine) -> None:
    ended = mailgrid("preview", "welcome.mailgrid", "--variant", "long", "--row", "40")
    assert ended.code == 2
    assert "people to be written to" in ended.err


def test_the_ledger_names_the_variant_of_each(mailgrid: CommandLine) -> None:
    told = {line["key"]: line["variant"] for line in mailgrid("apply", "welcome.mailgrid", "--events", "-").lines}
    assert set(told.values()) == {"short", "long"}
    assert {line["key"]: line["variant"] for line in mailgrid("log", "--json").lines} == told
    head, *rows = (line.split("\t") for line in mailgrid("log").out.splitlines())
    assert {row[head.index("key")]: row[head.index("variant")] for row in rows} == told
    (key, variant), *_ = told.items()
    assert mailgrid("why", key, "--json").json["mailings"][0]["variant"] == variant

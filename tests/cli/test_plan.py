import pytest

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

PEOPLE = """email,first_name,active
ann@x.example,Ann,yes
ANN@x.example,Ann again,yes
bob@x.example,Bob,no
cleo@x.example,Cleo,perhaps
nowhere,Dan,yes
eve@x.example,,yes
"""
#: What the object of a campaign promises.
KEYS = {
    "name", "rows", "matched", "suppressed", "duplicate", "bad_address", "already_sent", "in_doubt", "to_send",
    "unknown", "unknown_tests", "seconds",
}  # fmt: skip


@pytest.fixture
def campaign(folder: CampaignFolder) -> CampaignFolder:
    folder.write("people.csv", PEOPLE)
    folder.campaign('maildir "box/"', "where active", "rate 1/s burst 1", "workers 2")
    return folder


def test_a_good_plan(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("plan", "welcome.mailgrid")
    assert ended.code == 0
    assert (
        ended.out
        == """\
welcome  people.csv -> maildir box/

       6  rows             in people.csv
       4  match            active
      -1  same address     kept the first row of each
      -1  bad address      the address has no `@` (line 6)
  ------
       2  to send          about 1 s at 1/s burst 1, 2 workers

  unknown, not mailed      1 row: `active` has no answer (line 5 "perhaps")
  rehearsal                this transport reaches nobody; a real run does not count it
  templates                all 2 rendered; 1 has an empty `first_name`

  ann@x.example            Hello Ann
  eve@x.example            Hello

"""
    )
    assert ended.err.endswith("Nothing was sent. Next: mailgrid apply welcome.mailgrid\n")
    assert not (campaign.path / "box").exists()
    assert not (campaign.path / ".mailgrid").exists()


def test_json(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    told = mailgrid("plan", "welcome.mailgrid", "--json", "--now", "2026-05-04T07:00:00Z").json
    assert {"format", "now", "to_send", "campaigns", "diagnostics"} <= set(told)
    assert (told["format"], told["now"], told["to_send"]) == (1, "2026-05-04T07:00:00Z", 2)
    (one,) = told["campaigns"]
    assert set(one) >= KEYS
    assert (one["rows"], one["matched"], one["duplicate"], one["bad_address"], one["unknown"]) == (6, 4, 1, 1, 1)
    assert one["unknown_tests"] == [{"where": "active", "rows": 1, "examples": [{"line": 5, "value": "perhaps"}]}]


def test_json_holds_the_warnings_too(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    folder.campaign('maildir "box/"', 'where first_name = "Ann" or first_name = "Bob" and email is not empty')
    told = mailgrid("plan", "welcome.mailgrid", "--json")
    assert "warning[W309]" in told.err
    found = [(each["code"], each["severity"], each["line"]) for each in told.json["diagnostics"]]
    assert ("W309", "warning", 7) in found


def test_something_to_send_is_3_on_request(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    assert mailgrid("plan", "welcome.mailgrid", "--exit-code").code == 3
    mailgrid("apply", "welcome.mailgrid")
    assert mailgrid("plan", "welcome.mailgrid", "--exit-code").code == 0


def test_unknown_rows_are_an_error_on_request(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("plan", "welcome.mailgrid", "--strict")
    assert ended.code == 2
    assert "unknown for 1 row" in ended.err


def test_several_campaigns_want_names_or_all(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(2)
    file = folder.campaign('maildir "box/"')
    content = file.read_text()
    file.write_text(content + content.replace("campaign welcome", "campaign other"))
    for command in ("plan", "apply"):
        ended = mailgrid(command, "welcome.mailgrid")
        assert ended.code == 2
        assert "welcome, other" in ended.err
        assert "--all" in ended.err
    assert mailgrid("plan", "welcome.mailgrid", "other", "--json").json["to_send"] == 2
    assert mailgrid("plan", "welcome.mailgrid", "--all", "--json").json["to_send"] == 4


def test_only_the_next_people(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    assert mailgrid("plan", "welcome.mailgrid", "--take", "1", "--json").json["to_send"] == 1


def test_a_misspelt_column_is_shown_with_its_line(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    campaign.campaign('maildir "box/"', "where activ")
    ended = mailgrid("plan", "welcome.mailgrid")
    assert ended.code == 2
    assert ended.out == ""
    assert " --> welcome.mailgrid:7:9\n" in ended.err
    assert "  = help: did you mean `active`?" in ended.err
    assert "  = note: columns: email, first_name, active" in ended.err
    assert ended.err.splitlines()[-1] == "1 error in welcome.mailgrid; nothing was sent"


def test_what_is_named_next_is_what_was_planned(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    file = campaign.path / "welcome.mailgrid"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + text.replace("campaign welcome", "campaign again"), encoding="utf-8")
    assert mailgrid("plan", "welcome.mailgrid", "--all").err.endswith("Next: mailgrid apply welcome.mailgrid --all\n")
    assert mailgrid("plan", "welcome.mailgrid", "again").err.endswith("Next: mailgrid apply welcome.mailgrid again\n")


def test_a_condition_that_matches_nobody_is_shown_all_the_same(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(3)
    folder.campaign('maildir "box/"', 'where first_name = "Nobody"')
    assert '       0  match            first_name = "Nobody"' in mailgrid("plan", "welcome.mailgrid").out


def test_headers_that_servers_refuse_are_told_and_too_large_ones_fail(
    folder: CampaignFolder, mailgrid: CommandLine
) -> None:
    rows = [f"{name}@x.example,{'word ' * count}" for name, count in (("a", 1), ("b", 3_000), ("c", 15_000))]
    folder.write("people.csv", "\n".join(["email,first_name", *rows, ""]))
    folder.campaign("stdout", 'header "X-Long" "{{ first_name }}"')
    ended = mailgrid("plan", "welcome.mailgrid")
    assert "large headers            1 message: more than 10 KB, which some servers refuse\n" in ended.out
    assert "`header-size`" in ended.out
    (planned,) = mailgrid("plan", "welcome.mailgrid", "--json").json["campaigns"]
    assert (planned["large_headers"], planned["not_rendered"]) == (1, 1)

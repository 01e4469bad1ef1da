from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder


def test_no_mistake(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    folder.campaign('maildir "box/"')
    ended = mailgrid("check", "welcome.mailgrid")
    assert (ended.code, ended.out, ended.err) == (0, "", "no mistake in 1 file\n")


def test_all_mistakes_at_once_each_with_its_line(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    folder.campaign('maildir "box/"', "workerz 3", "rate 10 a second")
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.code == 2
    assert ended.out == ""
    assert "--> welcome.mailgrid:7:3\n" in ended.err
    assert "help: did you mean `workers`?" in ended.err
    assert ended.err.splitlines()[-1].startswith("2 errors in welcome.mailgrid")


def test_a_missing_column_is_named_with_those_that_there_are(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    folder.campaign('maildir "box/"', 'where first_nam = "Ann"')
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.code == 2
    assert "`first_nam`" in ended.err
    assert "did you mean `first_name`?" in ended.err


def test_json_has_the_promised_keys(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    folder.campaign('maildir "box/"', "workerz 3")
    ended = mailgrid("check", "welcome.mailgrid", "--format", "json")
    assert ended.code == 2
    assert ended.json["format"] == 1
    (found,) = ended.json["diagnostics"]
    assert set(found) == {
        "code", "severity", "message", "help", "file", "line", "column", "end_line", "end_column", "fix",
    }  # fmt: skip
    assert (found["file"], found["line"], found["column"], found["end_column"]) == ("welcome.mailgrid", 7, 3, 10)
    assert mailgrid("check", "--json", "welcome.mailgrid").json == ended.json


def test_a_file_that_is_not_there(mailgrid: CommandLine) -> None:
    ended = mailgrid("check", "nowhere.mailgrid")
    assert ended.code == 2
    assert "nowhere.mailgrid" in ended.err
    assert "Traceback" not in ended.err


def test_without_files_it_says_how_it_is_used(mailgrid: CommandLine) -> None:
    ended = mailgrid("check")
    assert ended.code == 2
    assert "Usage" in ended.err

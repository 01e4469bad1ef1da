from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder


def test_how_full_a_column_is_and_what_stands_in_it(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("people.csv", "email,first_name,city\na@x.example,Ann,Lyon\nb@x.example,Bob,\nc@x.example,Ann,\n")
    folder.campaign('maildir "box/"')
    ended = mailgrid("columns", "welcome.mailgrid")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "column\ttype\tfilled\texamples",
        "email\ttext\t100%\ta@x.example, b@x.example, c@x.example",
        "first_name\ttext\t100%\tAnn, Bob",
        "city\ttext\t33%\tLyon",
    ]
    assert ended.err == "3 rows in people.csv\n"
    found = mailgrid("columns", "welcome.mailgrid", "--json").json
    assert (found["format"], found["source"], found["rows"]) == (1, "people.csv", 3)
    assert found["columns"][2] == {"name": "city", "type": "text", "filled": 1, "examples": ["Lyon"]}


def test_a_file_with_several_campaigns_wants_a_name(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    file = folder.campaign('maildir "box/"')
    content = file.read_text()
    file.write_text(content + content.replace("campaign welcome", "campaign other"))
    ended = mailgrid("columns", "welcome.mailgrid")
    assert ended.code == 2
    assert "welcome, other" in ended.err
    assert mailgrid("columns", "welcome.mailgrid", "other").code == 0
    assert mailgrid("columns", "welcome.mailgrid", "nobody").code == 2

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder
from tests.message.letters import write

GOOD = write(html="<p>Hello</p>").content


def test_a_good_message(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    (folder.path / "good.eml").write_bytes(GOOD)
    ended = mailgrid("lint", "good.eml")
    assert (ended.code, ended.out, ended.err) == (0, "", "good.eml: nothing is wrong with it\n")


def test_findings_are_told_and_counted_by_the_exit_code(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    (folder.path / "bad.eml").write_bytes(GOOD.replace(b"Subject:", b"Bcc: x@example.org\r\nSubject:"))
    ended = mailgrid("lint", "bad.eml")
    assert ended.code == 1
    assert ended.out == "bad.eml:4: error[bcc]: every reader can see who got a blind copy (RFC 5322, 3.6.3)\n"
    shown = mailgrid("lint", "bad.eml", "--json")
    assert shown.code == 1
    assert shown.json == {
        "format": 1,
        "file": "bad.eml",
        "findings": [
            {
                "rule": "bcc",
                "source": "RFC 5322, 3.6.3",
                "severity": "error",
                "line": 4,
                "message": "every reader can see who got a blind copy",
            }
        ],
    }


def test_what_cannot_be_read(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("lint", "none.eml")
    assert ended.code == 2
    assert "none.eml cannot be read" in ended.err


def test_what_a_preview_writes_is_legal(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    folder.campaign('maildir "box/"', 'header "X-Who" "{{ first_name }}"')
    mailgrid("preview", "welcome.mailgrid", "--eml", "out")
    (file,) = (folder.path / "out").iterdir()
    assert mailgrid("lint", str(file)).code == 0

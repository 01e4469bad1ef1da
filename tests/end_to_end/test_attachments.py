"""Attachments as a user meets them: in `check`, `plan`, `apply` and `log`, through a real server."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from mailgrid.testing.smtp_server import SmtpServer
from tests.end_to_end.campaign_folder import CampaignFolder
from tests.message.files import PDF


@pytest.fixture(name="folder")
def with_files(tmp_path: Path) -> CampaignFolder:
    folder = CampaignFolder(tmp_path)
    folder.write("people.csv", "email,first_name,id,plan\na@mail.example,Ann,1,team\nb@mail.example,Bob,2,pro\n")
    folder.write("people.csv", (tmp_path / "people.csv").read_text() + "c@mail.example,Cid,3,team\n")
    for name, octets in {"terms.pdf": PDF, "offers/1.pdf": PDF + b"1"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(octets)
    return folder


OFFER = 'attach "offers/{{ id }}.pdf" as "For {{ first_name }}.pdf" where plan = "team"'


def test_who_lacks_a_file_is_not_written_to_and_the_others_get_theirs(folder: CampaignFolder) -> None:
    with SmtpServer() as server:
        folder.campaign(f'smtp {{\n host "127.0.0.1"\n port {server.port}\n }}', 'attach "terms.pdf"', OFFER)
        planned = folder.run("plan", "welcome.mailgrid")
        assert "file missing     offers/{{ id }}.pdf (line 4)" in planned.out
        assert "attached                 terms.pdf, offers/{{ id }}.pdf; the largest message has" in planned.out
        told_why = folder.run("why", "c@mail.example", "welcome.mailgrid").out
        assert "not mailed, for there is no file offers/{{ id }}.pdf" in told_why
        shown = folder.run("preview", "welcome.mailgrid").out
        assert "attached: For Ann.pdf (application/pdf, 266 bytes)" in shown
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
        (told,) = ended.json["campaigns"]
        assert (ended.code, told["sent"], told["without_file"]) == (1, 2, 1)
        (folder.path / "offers" / "3.pdf").write_bytes(PDF + b"3")
        assert folder.run("apply", "welcome.mailgrid", "--yes").code == 0
        sent = {message.rcpt_to[0]: message.content for message in server.messages}
    names = {
        to: [part.get_filename() for part in message_from_bytes(content, policy=policy.default).iter_attachments()]
        for to, content in sent.items()
    }
    assert names == {
        "a@mail.example": ["terms.pdf", "For Ann.pdf"],
        "b@mail.example": ["terms.pdf"],
        "c@mail.example": ["terms.pdf", "For Cid.pdf"],
    }


def test_a_file_for_everybody_belongs_to_a_saved_plan(folder: CampaignFolder) -> None:
    folder.campaign("stdout", 'attach "terms.pdf"', OFFER)
    assert folder.run("plan", "welcome.mailgrid", "-o", "welcome.plan").code == 0
    assert "file missing" in folder.run("show", "welcome.plan").out
    (folder.path / "terms.pdf").write_bytes(PDF + b"changed")
    shown = folder.run("show", "welcome.plan", "--json").json
    assert (shown["state"], shown["changed"]) == ("stale", ["terms.pdf"])

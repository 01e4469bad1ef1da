import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailgrid.errors import MailgridError, UsageError
from mailgrid.web import inbox as module
from mailgrid.web.inbox import Inbox
from mailgrid.web.smtp import SandboxServer, listen
from mailgrid.web.spool import Page
from tests.web.visitor import serving


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "box", "box", "send some")


@pytest.fixture
def port(inbox: Inbox) -> Iterator[int]:
    with listen(0) as listener:
        server = SandboxServer(inbox, listener)
        server.start()
        yield server.port
        server.stop()


def message(subject: str, text: str = "Hello") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@x.example", "b@x.example", subject
    made.set_content(text)
    return made


def everything(inbox: Inbox, wanted: str = "") -> list[str]:
    found: list[str] = []
    page = Page((), "")
    while page.after is not None:
        page = inbox.page(page.after, wanted)
        found += [row.subject for row in page.rows]
    return found


def test_what_a_program_sends_is_there_as_it_was_sent(inbox: Inbox, port: int) -> None:
    before = inbox.version()
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.login("anybody", "anything")
        client.send_message(message("Grüße"), "bounce@x.example", ["one@x.example", "two@x.example"])
    assert inbox.version() != before
    (row,) = inbox.page("", "").rows
    assert (row.who, row.subject) == ("one@x.example, two@x.example", "Grüße")
    mail = inbox.mail(row.id)
    assert mail is not None
    assert mail.facts == {"envelope from": "bounce@x.example", "envelope to": "one@x.example, two@x.example"}
    assert mail.content.startswith(b"From: a@x.example\r\nTo: b@x.example\r\n")
    assert mail.content.endswith(b"\r\n\r\nHello\r\n")


def test_the_newest_comes_first_by_pages(inbox: Inbox) -> None:
    for number in range(120):
        inbox.store("a@x.example", [f"p{number}@x.example"], message(f"No. {number}").as_bytes())
    assert everything(inbox) == [f"No. {number}" for number in reversed(range(120))]
    assert everything(inbox, "no. 77") == ["No. 77"]
    assert everything(inbox, "P77@") == ["No. 77"]
    assert inbox.standing().count == 120


def test_a_search_that_takes_long_goes_on_when_it_is_asked(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        inbox.store("a@x.example", ["b@x.example"], message(f"No. {number}").as_bytes())
    monkeypatch.setattr(module, "_PATIENCE", -1.0)
    first = inbox.page("", "no. 0")
    assert (first.rows, first.after is not None) == ((), True)
    assert everything(inbox, "no. 0") == ["No. 0"]


def test_a_maildir_of_another_program_is_read(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, "box", "")
    (tmp_path / "cur" / "1700000000.M1P2.host:2,S").write_bytes(b"To: b@x.example\nSubject: old\n\nHello\n")
    (row,) = inbox.page("", "").rows
    assert (row.who, row.subject, row.time) == ("b@x.example", "old", 1_700_000_000)
    mail = inbox.mail(row.id)
    assert mail is not None
    assert mail.content == b"To: b@x.example\r\nSubject: old\r\n\r\nHello\r\n"


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "box", "box", "")
    (tmp_path / "secret").write_text("Subject: secret\n\n")
    (tmp_path / "box" / "new" / "1.link").symlink_to(tmp_path / "secret")
    for name in ("../secret", "../../secret", "1.link", ".", "..", "", "\0", "new", "a/b"):
        assert inbox.mail(name) is None, name
    assert inbox.page("", "").rows == ()


def test_a_message_that_goes_meanwhile_is_no_error(inbox: Inbox) -> None:
    name = inbox.store("", ["b@x.example"], b"Subject: x\r\n\r\n")
    (found,) = (each for each in (inbox.mail(name),) if each)
    assert found.facts["envelope from"] == "<>"
    for path in inbox.folder.glob("new/*"):
        path.unlink()
    assert inbox.mail(name) is None


def test_what_stands_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MailgridError, match="cannot be an inbox"):
        Inbox(tmp_path / "file", "file", "")
    with listen(0) as taken, pytest.raises(UsageError, match=r"port \d+ cannot be used: address already in use"):
        listen(taken.getsockname()[1])


def test_a_full_disk_is_the_servers_answer(inbox: Inbox, port: int) -> None:
    for path in (inbox.folder / "new", inbox.folder / "tmp"):
        path.rmdir()
    with smtplib.SMTP("127.0.0.1", port) as client, pytest.raises(smtplib.SMTPDataError, match=r"4\.3\.1"):
        client.send_message(message("lost"))


def test_the_pages_show_it(inbox: Inbox) -> None:
    name = inbox.store("a@x.example", ["b@x.example"], message("Seen").as_bytes().replace(b"\n", b"\r\n"))
    with serving(inbox) as visitor:
        assert visitor("/standing").json["kind"] == "inbox"
        shown = visitor(f"/messages/{name}").json
        assert (shown["subject"], shown["text"]) == ("Seen", "Hello\r\n")

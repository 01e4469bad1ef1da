"""The sandbox's inbox in a real browser: mail as it comes, and mail by somebody who means no good."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from mailgrid.web.inbox import Inbox
from tests.web.visitor import Visitor, serving

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
#: All the ways to reach a server, or to act, that HTML knows. SERVER stands for its address.
HOSTILE = """<!doctype html>
<base href="SERVER/base/"><meta http-equiv="refresh" content="0;url=SERVER/refresh">
<link rel="stylesheet" href="SERVER/style.css"><link rel="preconnect" href="SERVER">
<link rel="prefetch" href="SERVER/prefetch">
<link rel="icon" href="SERVER/icon"><link rel="dns-prefetch" href="SERVER">
<link rel="preload" as="image" href="SERVER/preload">
<style>
  @import url(SERVER/import.css);
  @font-face { font-family: f; src: url(SERVER/font) }
  p { font-family: f; background: url(SERVER/background) }
  p::before { content: url(SERVER/content) }
</style>
<p id="hello" style="list-style: url(SERVER/list)">Hello</p>
<img src="SERVER/picture.png" srcset="SERVER/set.png 2x" onerror="document.title = 'ran'">
<img src="x" onerror="alert(1)"><svg onload="alert(2)"><image href="SERVER/svg"/><script>alert(3)</script></svg>
<script>fetch("SERVER/fetch"); parent.document.title = "ran"; alert(4)</script><script src="SERVER/script.js"></script>
<iframe src="SERVER/frame"></iframe><iframe srcdoc="<script>parent.parent.alert(5)</script>"></iframe>
<object data="SERVER/object"></object><embed src="SERVER/embed">
<video src="SERVER/video" poster="SERVER/poster" autoplay></video><audio src="SERVER/audio" autoplay></audio>
<table background="SERVER/table"><tr><td>cell</table>
<form action="SERVER/form" method="post"><input name="a" value="b"><button id="send">Send</button></form>
<a id="script" href="javascript:alert(6)">script</a> <a id="top" target="_top" href="SERVER/top">top</a>
<img id="own" src="cid:own@x">
"""


class Listener:
    """Notes the requests that somebody makes to it. It counts connections too, which ask for nothing."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.heard: list[str] = []

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(0.2)
                try:
                    line = connection.recv(65536).partition(b"\r\n")[0].decode()
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\nhere")
                except OSError:
                    line = ""
            self.heard.append(line)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    thread = Thread(target=listener.run)
    thread.start()
    try:
        yield listener
    finally:
        listener.close()
        thread.join(10)


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path, "sandbox", "Send mail to 127.0.0.1:1025, with any login or none.")


@pytest.fixture
def visitor(inbox: Inbox) -> Iterator[Visitor]:
    with serving(inbox) as visitor:
        yield visitor


def taken(inbox: Inbox, html: str = "<p id=hello>Hello</p>", subject: str = "Hello") -> None:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@x.example", "b@x.example", subject
    made.set_content("Hello")
    made.add_alternative(html, subtype="html")
    part = made.get_payload(1)
    assert isinstance(part, EmailMessage)
    part.add_related(PICTURE, "image", "png", cid="<own@x>", filename="own.png")
    made.add_attachment(b"<script>alert(7)</script>", "text", "html", filename="page.html")
    made.add_attachment(
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(8)'/>", "image", "svg+xml", filename="a.svg"
    )
    inbox.store("a@x.example", ["b@x.example"], made.as_bytes().replace(b"\n", b"\r\n"))


def opened(page: Page, visitor: Visitor) -> None:
    page.goto(f"{visitor.door.address}#key={visitor.door.token}")
    expect(page.locator("#live")).to_have_text("live")


def test_mail_is_there_as_soon_as_it_comes(page: Page, visitor: Visitor, inbox: Inbox) -> None:
    opened(page, visitor)
    expect(page.locator("#letter")).to_contain_text("Send mail to 127.0.0.1:1025")
    taken(inbox, subject="First")
    expect(page.locator(".head h2")).to_have_text("First")
    taken(inbox, subject="Second")
    expect(page.locator("#rows .subject").first).to_have_text("Second")
    expect(page.locator(".head h2")).to_have_text("First")  # what is read stays


def test_attachments_are_saved_and_pictures_shown(page: Page, visitor: Visitor, inbox: Inbox) -> None:
    taken(inbox)
    opened(page, visitor)
    page.get_by_role("tab", name="Attachments").click()
    items = page.locator(".attachments li")
    expect(items).to_have_count(3)
    expect(items.locator("img")).to_have_count(1)
    expect(items.locator("img")).to_have_js_property("naturalWidth", 1)
    for name, content in {"page.html": b"<script>alert(7)</script>", "own.png": PICTURE}.items():
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == name
        assert Path(download.value.path()).read_bytes() == content


def test_e15_mail_can_neither_act_nor_tell_anybody_that_it_was_read(page: Page, visitor: Visitor, inbox: Inbox) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    with listening() as server:
        taken(inbox, HOSTILE.replace("SERVER", server.address))
        opened(page, visitor)
        frame = page.frame_locator("iframe")
        expect(frame.locator("#hello")).to_be_visible()
        expect(frame.locator("#own")).to_have_js_property("naturalWidth", 1)
        frame.locator("#send").click()
        frame.locator("#script").click()
        page.keyboard.press("d")
        expect(frame.locator("#hello")).to_be_visible()
        (row,) = inbox.page("", "").rows
        page.goto(f"{visitor.door.address}messages/{row.id}/sheet")  # what is in the frame, by itself
        expect(page.locator("#hello")).to_be_visible()
        page.locator("#script").click()
        page.wait_for_timeout(300)
        assert (server.heard, dialogs, page.title()) == ([], [], "")
        opened(page, visitor)
        frame.locator("#top").click()
        page.wait_for_timeout(300)
        assert page.url.startswith(visitor.door.address)
        assert not any(server.heard)  # nothing was asked for, though Chromium may connect when a link is pressed


def test_e15_remote_pictures_are_loaded_when_they_are_asked_for_and_nothing_else(
    page: Page, visitor: Visitor, inbox: Inbox
) -> None:
    pictures = ("picture.png", "background", "content", "list", "svg", "poster", "table")
    with listening() as server:
        taken(inbox, HOSTILE.replace("SERVER", server.address))
        taken(inbox, f'<p id=hello><img src="{server.address}/other.png">')
        opened(page, visitor)
        page.keyboard.press("j")
        with page.expect_request_finished(lambda request: request.url.endswith("/table")):
            page.get_by_role("button", name="Load remote pictures").click()
        page.wait_for_timeout(300)
        assert {line.split()[1] for line in server.heard if line} == {f"/{name}" for name in pictures}
        page.keyboard.press("k")  # the next message does not inherit it
        expect(page.locator("#look-remote")).to_have_attribute("aria-pressed", "false")
        page.wait_for_timeout(300)
        assert not any("other.png" in line for line in server.heard)


def test_a_link_opens_in_a_window_that_knows_nothing(page: Page, visitor: Visitor, inbox: Inbox) -> None:
    with listening() as server:
        taken(inbox, f'<p id=hello><a id=link href="{server.address}/link">link</a>')
        opened(page, visitor)
        with page.expect_popup() as popup:
            page.frame_locator("iframe").locator("#link").click()
        expect(popup.value.locator("body")).to_have_text("here")
        assert popup.value.evaluate("[document.referrer, String(window.opener)]") == ["", "null"]
        assert page.title() == "sandbox · Mailgrid"

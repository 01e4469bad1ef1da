"""The preview of a campaign in a real browser."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mailgrid.library.settings import Settings
from mailgrid.web.proofs import Proofs
from mailgrid.web.reading import Reader
from tests.end_to_end.campaign_folder import CampaignFolder
from tests.web.visitor import Visitor, serving

NEWS = """campaign news {
  source   csv "people.csv"
  from     "Acme <hello@acme.example>"
  subject  "News for {{ first_name }}"
  template "news.html"
  transport maildir "box/"
}
"""
HTML = """<!doctype html>
<style>
  p { color: rgb(1, 2, 3) }
  @media (prefers-color-scheme: dark) { p { color: rgb(7, 8, 9) !important } }
</style>
<p id=hello>Dear {{ first_name }}</p>
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CampaignFolder:
    monkeypatch.chdir(tmp_path)
    folder = CampaignFolder(tmp_path)
    folder.people(120)
    folder.write("news.html", HTML)
    folder.write("news.mailgrid", NEWS)
    return folder


@pytest.fixture
def news(folder: CampaignFolder) -> Iterator[Visitor]:
    reader = Reader("news.mailgrid", Settings())
    with closing(Proofs(reader(), reader.again)) as proofs, serving(proofs) as visitor:
        yield visitor


def opened(page: Page, visitor: Visitor, more: str = "") -> None:
    page.goto(f"{visitor.door.address}#key={visitor.door.token}{more}")
    expect(page.locator("#live")).to_have_text("live")
    if page.viewport_size and page.viewport_size["width"] >= 800:
        expect(page.locator(".head h2")).to_be_visible()


def rows(page: Page) -> list[str]:
    return page.locator("#rows .who").all_inner_texts()


def hello(page: Page) -> str:
    return page.frame_locator("iframe").locator("#hello").inner_text()


def test_the_list_and_the_first_message(page: Page, news: Visitor) -> None:
    opened(page, news)
    expect(page).to_have_title("news · Mailgrid")
    expect(page.locator("#rows li")).to_have_count(50)
    assert rows(page)[:2] == ["p00001@mail.example", "p00002@mail.example"]
    assert hello(page) == "Dear Person 1"
    assert page.locator(".head h2").inner_text() == "News for Person 1"
    assert news.door.token not in page.url
    for count in (100, 120):
        page.locator("#list-end").scroll_into_view_if_needed()
        expect(page.locator("#rows li")).to_have_count(count)


def test_keys_go_through_the_messages_and_the_search(page: Page, news: Visitor) -> None:
    opened(page, news, "&message=7")
    assert hello(page) == "Dear Person 7"
    page.keyboard.press("j")
    expect(page.locator(".head h2")).to_have_text("News for Person 8")
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(page.locator(".head h2")).to_have_text("News for Person 6")
    page.keyboard.press("/")
    page.keyboard.type("person 77")
    expect(page.locator("#rows li")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".head h2")).to_have_text("News for Person 77")
    page.locator("#search").fill("nobody at all")
    expect(page.locator("#list-end")).to_have_text("Nothing holds “nobody at all”.")


def test_phone_and_dark_mode(page: Page, news: Visitor) -> None:
    opened(page, news)
    text = page.frame_locator("iframe").locator("#hello")
    expect(text).to_have_css("color", "rgb(1, 2, 3)")
    page.keyboard.press("d")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    expect(text).to_have_css("color", "rgb(7, 8, 9)")
    page.keyboard.press("p")
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert box["width"] == 375


def test_every_view(page: Page, news: Visitor) -> None:
    opened(page, news)
    for key, words in {
        "2": "Dear Person 1",
        "3": "envelope to",
        "4": "Subject: News for Person 1",
        "5": "Nothing is attached.",
        "6": "List-Unsubscribe",
    }.items():
        page.keyboard.press(key)
        expect(page.get_by_role("tabpanel")).to_contain_text(words)
        expect(page.locator("[role=tab]:focus")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Message")).to_be_focused()


def test_what_is_saved_is_shown_at_once(page: Page, news: Visitor, folder: CampaignFolder) -> None:
    opened(page, news)
    folder.write("news.html", HTML.replace("Dear", "Hello"))
    expect(page.frame_locator("iframe").locator("#hello")).to_have_text("Hello Person 1")
    folder.write("news.mailgrid", NEWS.replace("first_name", "frist_name"))
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"\[MG501\]: subject uses .*did you mean", re.DOTALL))
    assert hello(page) == "Hello Person 1"
    folder.write("news.mailgrid", NEWS.replace("News", "Good news"))
    expect(page.locator(".head h2")).to_have_text("Good news for Person 1")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_narrow_window_shows_one_thing_at_a_time(page: Page, news: Visitor) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    opened(page, news)
    expect(page.locator("#rows li").first).to_be_visible()
    expect(page.locator("#letter")).to_be_hidden()
    page.locator("#rows button").nth(2).click()
    expect(page.locator(".head h2")).to_have_text("News for Person 3")
    expect(page.locator("#rows")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="All messages").click()
    expect(page.locator("#rows li").first).to_be_visible()


def test_without_the_token_there_is_nothing_to_see(page: Page, news: Visitor) -> None:
    for address in (news.door.address, f"{news.door.address}#key=wrong"):
        page.goto(address)
        expect(page.locator("#letter")).to_contain_text("These pages are locked.")
        assert rows(page) == []


def test_e15_a_name_is_never_markup(page: Page, folder: CampaignFolder, news: Visitor) -> None:
    name = "<img src=x onerror=alert(1)><b>Bob</b>"
    folder.write("people.csv", f"email,first_name\nbob@mail.example,{name}\n")
    expect_no_dialog(page)
    opened(page, news)
    expect(page.locator(".head h2")).to_have_text(f"News for {name}")
    assert page.locator("#rows .subject").inner_text() == f"News for {name}"
    assert hello(page) == f"Dear {name}"
    for key in "23456":
        page.keyboard.press(key)
    assert page.locator("#letter b").count() == 0


def expect_no_dialog(page: Page) -> None:
    def fail(_dialog: object) -> None:
        raise AssertionError("a script ran")

    page.on("dialog", fail)

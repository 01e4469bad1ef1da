"""The page, with texts of others in every place that takes one."""

import base64
import hashlib
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from mailgrid_plugins.observers.report.charts import columns, short
from mailgrid_plugins.observers.report.figures import STATUSES, Figures
from mailgrid_plugins.observers.report.page import Run, page

from mailgrid.hookspecs import CampaignInfo, Counts, Fate, Reply

EVIL = "\"'></title></desc></style></svg><script>alert(1)</script><img src=x onerror=alert(1)>"
BEGAN = datetime(2026, 5, 1, 9, tzinfo=UTC)


class Tags(HTMLParser):
    """Collects the tags, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def shown(*fates: Fate, text: str = "acme", outcomes: int = 0, rehearsal: bool = False) -> str:
    figures = Figures()
    for fate in fates:
        figures.add(fate)
    for number in range(outcomes):
        figures.pace.add(number / 10, "sent")
    campaign = CampaignInfo(name=text, edition=text, transport=text, to_send=len(fates), rehearsal=rehearsal)
    counts = Counts(sent=1, failed=2, deferred=3, in_doubt=4)
    written: str = page(Run(campaign, counts, BEGAN, BEGAN + timedelta(seconds=75), f"{text}.csv"), figures)
    return written


def fate(number: int, text: str, status: str = "failed") -> Fate:
    reply = Reply(code=550 + number, enhanced=text, text=text)
    address = f"ann{number}@{text}.example"
    return Fate(line=number, key=text, address=address, status=status, reason=text, reply=reply, attempts=1, time=1.0)


def test_what_others_wrote_is_shown_and_nothing_else() -> None:
    written = shown(*(fate(number, EVIL, status) for number, status in enumerate(STATUSES)), text=EVIL, outcomes=9)
    harmless = shown(*(fate(number, "x", status) for number, status in enumerate(STATUSES)), text="x", outcomes=9)
    kinds = [tag for tag, _ in Tags(written).found]
    assert [tag for tag in kinds if tag != "title"] == [tag for tag, _ in Tags(harmless).found if tag != "title"]
    for tag, attributes in Tags(written).found:
        assert tag not in {"script", "img", "iframe", "link", "object"}
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    assert "&lt;script&gt;alert(1)" in written


def test_it_loads_nothing_and_runs_nothing() -> None:
    written = shown(fate(1, "x"), outcomes=9)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', written)
    (style,) = re.findall(r"<style>(.*?)</style>", written, re.DOTALL)
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"url\(|@import|src=|https?://", written)


def test_a_drawing_says_what_it_is_and_is_well_formed() -> None:
    written = shown(*(fate(number, "a-long-domain-" * 5) for number in range(40)), outcomes=300)
    drawings = [ET.fromstring(each) for each in re.findall(r"<svg.*?</svg>", written, re.DOTALL)]
    assert len(drawings) == 4
    for drawing in drawings:
        title, about = drawing[0], drawing[1]
        assert (title.tag, about.tag, drawing.get("role")) == ("title", "desc", "img")
        assert drawing.get("aria-labelledby") == f"{title.get('id')} {about.get('id')}"
        assert title.text
        assert about.text
        _, _, width, height = map(float, (drawing.get("viewBox") or "").split())
        for bar in drawing.iter("rect"):
            x, y, wide, tall = (float(bar.get(name) or -1) for name in ("x", "y", "width", "height"))
            assert x >= 0 <= y
            assert x + wide <= width + 0.1
            assert y + tall <= height + 0.1


def test_a_page_of_nobody() -> None:
    written = shown(rehearsal=True)
    assert "Nobody was left to write to" in written
    assert "The source has no rows" in written
    assert "Rehearsal: nobody was reached" in written
    assert "<svg" not in written


def test_it_holds_no_address() -> None:
    text = "<ann1@mail.example> is unknown, says zoe@mail.example"
    written = shown(fate(1, "x"), Fate(line=2, key="k", address="ann1@mail.example", status="failed", reason="refused",
                    reply=Reply(code=550, text=text)))  # fmt: skip
    assert "@" not in written.replace("a***@mail.example", "").replace("z***@mail.example", "").replace("@media", "")


@pytest.mark.parametrize(
    "most, ticks",
    [
        (0, "0 1"),
        (0.3, "0 1"),
        (1, "0 1"),
        (4, "0 1 2 3 4"),
        (7, "0 2 4 6 8"),
        (21, "0 5 10 15 20 25"),
        (1234, "0 500 1,000 1,500"),
    ],
)
def test_a_scale_has_round_numbers(most: float, ticks: str) -> None:
    chart = columns("n", "t", "a", [Counter(sent=10)], most / 10, ["09:00", "09:01"])
    assert [label.text for label in chart.labels if label.anchor == "end"] == ticks.split()


def test_a_long_name_keeps_its_end() -> None:
    assert short("mail.example") == "mail.example"
    assert short("a-very-long-name.of-a-department.example.museum").endswith("example.museum")
    assert len(short("x" * 500)) == 30


def test_more_kinds_of_replies_than_anybody_has() -> None:
    replies = [Reply(code=500 + number % 90, enhanced=f"5.{number}.1", text="no") for number in range(1_500)]
    fates = (Fate(line=1, key="", address="", status="failed", reason="", reply=each) for each in replies)
    assert "others" in shown(*fates)

import time
from collections.abc import Callable

import pytest

from mailgrid.web import proofs as module
from mailgrid.web.proofs import Proofs
from mailgrid.web.spool import Page
from tests.end_to_end.campaign_folder import CampaignFolder

Opened = Callable[[], Proofs]


def everything(proofs: Proofs, wanted: str = "") -> list[str]:
    found: list[str] = []
    page = Page((), "")
    while page.after is not None:
        page = proofs.page(page.after, wanted)
        found += [row.who for row in page.rows]
    return found


def renewed(proofs: Proofs) -> str:
    """Ask as a browser does, until something has changed."""
    before = now = proofs.version()
    ends = time.monotonic() + 20
    while now == before and time.monotonic() < ends:
        time.sleep(0.01)
        now = proofs.version()
    return now


def test_rows_come_by_pages_each_once(folder: CampaignFolder, opened: Opened) -> None:
    addresses = folder.people(120)
    folder.campaign('maildir "box/"')
    proofs = opened()
    assert [len(proofs.page(after, "").rows) for after in ("", "50", "100")] == [50, 50, 20]
    assert everything(proofs) == addresses


def test_a_search_looks_into_every_column_that_is_used(folder: CampaignFolder, opened: Opened) -> None:
    folder.people(120)
    folder.campaign('maildir "box/"')
    proofs = opened()
    assert everything(proofs, "person 77") == ["p00077@mail.example"]
    assert everything(proofs, " P00077@ ") == ["p00077@mail.example"]
    assert everything(proofs, "nobody") == []


def test_a_search_that_takes_long_hands_out_what_it_has(
    folder: CampaignFolder, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.people(120)
    folder.campaign('maildir "box/"')
    proofs = opened()
    monkeypatch.setattr(module, "_PATIENCE", -1.0)
    assert proofs.page("", "nobody") == Page((), "50")
    assert everything(proofs, "person 120") == ["p00120@mail.example"]


def test_people_who_have_it_already_can_be_looked_at(folder: CampaignFolder, opened: Opened) -> None:
    folder.people(2)
    folder.write("gone.csv", "email\np00002@mail.example\n")
    folder.campaign('maildir "box/"', 'suppress csv "gone.csv"')
    proofs = opened()
    assert [row.note for row in proofs.page("", "").rows] == ["", "suppressed by gone.csv"]
    mail = proofs.mail("2")
    assert mail is not None
    assert mail.facts["standing"] == "suppressed by gone.csv"
    assert [proofs.named(key) for key in (" P00002@mail.example", "p00003@mail.example")] == ["2", ""]


def written(folder: CampaignFolder, subject: str) -> None:
    folder.write(
        "welcome.mailgrid",
        f'campaign welcome {{\n  source csv "people.csv"\n  from "a@x.example"\n  subject "{subject}"\n'
        '  template "body.html"\n  transport maildir "box/"\n}\n',
    )


def content(proofs: Proofs) -> bytes:
    mail = proofs.mail("1")
    assert mail is not None
    return mail.content


def test_whatever_is_saved_is_read_again(folder: CampaignFolder, opened: Opened) -> None:
    folder.people(1)
    folder.write("body.html", '{% include "part.html" %}')
    folder.write("part.html", "first")
    written(folder, "One")
    proofs = opened()
    assert (b"Subject: One" in content(proofs), b"first" in content(proofs)) == (True, True)
    assert proofs.version() == proofs.version() == "0"
    folder.write("part.html", "second")
    assert (renewed(proofs), b"second" in content(proofs)) == ("1", True)
    folder.write("body.html", "third")
    assert (renewed(proofs), b"third" in content(proofs)) == ("2", True)
    written(folder, "Two")
    assert (renewed(proofs), b"Subject: Two" in content(proofs)) == ("3", True)
    folder.people(3)
    assert (renewed(proofs), proofs.standing().count) == ("4", 3)
    assert proofs.version() == proofs.version() == "4"


def test_a_mistake_is_told_and_what_was_there_before_stays(folder: CampaignFolder, opened: Opened) -> None:
    folder.people(1)
    folder.write("body.html", "first")
    written(folder, "One")
    proofs = opened()
    written(folder, "{{ nothing }}")
    renewed(proofs)
    assert "MG501" in proofs.standing().problem
    assert b"Subject: One" in content(proofs)
    written(folder, "Two")
    renewed(proofs)
    assert proofs.standing().problem == ""
    assert b"Subject: Two" in content(proofs)


def test_a_file_that_was_missing_and_appears_ends_the_mistake(folder: CampaignFolder, opened: Opened) -> None:
    folder.people(1)
    folder.write("body.html", "first")
    written(folder, "One")
    proofs = opened()
    (folder.path / "body.html").rename(folder.path / "other.html")
    renewed(proofs)
    assert "body.html" in proofs.standing().problem
    (folder.path / "other.html").rename(folder.path / "body.html")
    renewed(proofs)
    assert proofs.standing().problem == ""

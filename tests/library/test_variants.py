"""Variants, samples and preheaders, from the file to the messages."""

import mailbox
import re
from collections import Counter
from pathlib import Path

import pytest

import mailgrid
from mailgrid.errors import CampaignError
from mailgrid.language.diagnostics import Diagnostic
from mailgrid.pipeline.event import Event
from tests.end_to_end.campaign_folder import CampaignFolder

MAILDIR = 'maildir "box/"'
TWO = ('variant short 25% { subject "Short" }', 'variant long { subject "Long for {{ first_name }}" }')


@pytest.fixture
def folder(tmp_path: Path) -> CampaignFolder:
    folder = CampaignFolder(tmp_path)
    folder.people(80)
    return folder


def subjects(folder: CampaignFolder) -> dict[str, str]:
    box = mailbox.Maildir(folder.path / "box", create=False)
    return {str(message["To"]): str(message["Subject"]) for message in box}


def test_each_gets_the_variant_that_the_plan_counts(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR, *TWO)
    (forecast,) = mailgrid.plan(file)
    mailgrid.apply(file)
    found = Counter(subject.partition(" ")[0].lower() for subject in subjects(folder).values())
    assert forecast.as_json()["variants"] == [
        {"name": "short", "share": 0.25, "to_send": found["short"]},
        {"name": "long", "share": 0.75, "to_send": found["long"]},
    ]
    assert sum(found.values()) == 80
    assert found["short"]


def test_the_same_variant_in_every_run_and_after_a_new_name(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR, *TWO)
    mailgrid.apply(file, take=40)
    before = subjects(folder)
    file.write_text(file.read_text().replace("campaign welcome {", "campaign renamed {\n  formerly welcome"))
    events: list[Event] = []
    mailgrid.apply(file, events=lambda _name, event: events.append(event))
    assert len(events) == 40
    assert all(event.as_json("renamed")["variant"] in {"short", "long"} for event in events)
    plain = CampaignFolder(folder.path / "plain")
    plain.path.mkdir()
    plain.people(80)
    mailgrid.apply(plain.campaign(MAILDIR, *TWO))
    assert subjects(folder) == subjects(plain)
    assert before.items() <= subjects(plain).items()


def test_a_variant_for_some_and_the_campaigns_own_wording_for_the_others(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR, 'variant first where first_name ends with "1" { subject "Yours" }')
    mailgrid.apply(file)
    found = subjects(folder)
    assert {subject for address, subject in found.items() if address.split("@")[0].endswith("1")} == {"Yours"}
    assert sum(subject.startswith("Hello") for subject in found.values()) == 72


def test_a_mistake_in_a_variant_is_found_at_its_place(folder: CampaignFolder) -> None:
    file = folder.campaign(
        MAILDIR, 'variant a 50% where town = "x" { subject "{{ frist_name }}" }', 'variant b { template "none.html" }'
    )
    with pytest.raises(CampaignError) as caught:
        mailgrid.plan(file)
    found = [each for each in caught.value.diagnostics if isinstance(each, Diagnostic)]
    assert {each.code: each.span.line if each.span else 0 for each in found} == {"MG501": 7, "MG301": 7, "MG502": 8}


def test_a_sample_is_the_same_in_every_run_and_part_of_a_larger_one(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR, "sample 30%")
    mailgrid.apply(file)
    first = set(subjects(folder))
    assert 10 < len(first) < 40
    mailgrid.apply(file)
    assert set(subjects(folder)) == first
    file.write_text(file.read_text().replace("30%", "60%"))
    (forecast,) = mailgrid.plan(file)
    mailgrid.apply(file)
    second = set(subjects(folder))
    assert first < second
    assert forecast.tally.to_send == len(second) - len(first)
    assert forecast.as_json()["left_out"] == 80 - len(second)


def test_take_counts_within_the_sample(folder: CampaignFolder) -> None:
    (forecast,) = mailgrid.plan(folder.campaign(MAILDIR, "sample 50%", "take 5"))
    assert forecast.tally.to_send == 5


def test_all_variants_are_in_a_sample(folder: CampaignFolder) -> None:
    (forecast,) = mailgrid.plan(folder.campaign(MAILDIR, *TWO, "sample 40%"))
    assert all(each for each in forecast.tally.variants.values())
    assert set(forecast.tally.variants) == {"short", "long"}


def test_a_preheader_is_in_the_html(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR, 'preheader "For {{ first_name }}"', 'html "<p>Hi</p>"')
    mailgrid.apply(file)
    contents = [path.read_text() for path in (folder.path / "box" / "new").iterdir()]
    assert all(re.search(r"<div style=3D\"display:none|<div style=\"display:none", each) for each in contents)


def test_a_test_address_that_is_none_is_found_before_any_test(folder: CampaignFolder) -> None:
    file = folder.campaign(MAILDIR, 'test "ada@acme.example" "bob"')
    with pytest.raises(CampaignError) as caught:
        mailgrid.plan(file)
    (found,) = caught.value.diagnostics
    assert isinstance(found, Diagnostic)
    assert found.span
    assert (found.code, found.span.source) == ("MG503", '"bob"')

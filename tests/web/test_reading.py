from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailgrid.errors import MailgridError
from mailgrid.library.settings import Settings
from mailgrid.web.reading import Reader, Reading
from tests.end_to_end.campaign_folder import CampaignFolder

CAMPAIGN = """campaign welcome {
  source csv "people.csv"
  from "a@x.example"
  subject "Hello"
  template "body.html"
  attach "terms.txt"
  variant short 50% {
    template "short.html"
  }
  variant long 50% {
    subject "Dear reader"
  }
  transport maildir "box/"
}
"""


@pytest.fixture
def reader(folder: CampaignFolder) -> Reader:
    folder.write("people.csv", "email,first_name,city\na@x.example,Ada,Rome\n")
    folder.write("body.html", '{% include "part.html" %} {{ first_name }}')
    folder.write("part.html", "part")
    folder.write("short.html", "short")
    folder.write("terms.txt", "terms")
    folder.write("welcome.mailgrid", CAMPAIGN)
    return Reader("welcome.mailgrid", Settings())


@pytest.fixture
def reading(reader: Reader) -> Iterator[Reading]:
    found = reader()
    yield found
    found.prepared.stack.close()


def names(paths: frozenset[Path]) -> set[str]:
    return {path.name for path in paths}


def test_every_file_that_a_message_is_made_of_is_known(reading: Reading) -> None:
    templates = {"body.html", "part.html", "short.html", "terms.txt"}
    assert names(reading.templates) == templates
    assert names(reading.files) == {"welcome.mailgrid", "people.csv", *templates}


def test_people_are_gathered_again_only_where_they_may_be_others(
    folder: CampaignFolder, reader: Reader, reading: Reading
) -> None:
    path = folder.write("part.html", "other")
    again = reader.again(reading, frozenset({path}))
    assert again.prepared.audience is reading.prepared.audience
    (person,) = again.prepared.audience.page(0, 1)
    assert b"other" in again.prepared.plan.renderer(replace(person.recipient, variant="long")).content
    folder.write("part.html", "{{ city }}")  # a column that was not kept
    with_city = reader.again(again, frozenset({path}))
    assert with_city.prepared.audience is not reading.prepared.audience
    with_city.prepared.stack.close()
    changed = reader.again(reading, frozenset({folder.path / "people.csv"}))
    assert changed.prepared.audience is not reading.prepared.audience
    changed.prepared.stack.close()


def test_warnings_are_those_of_now(folder: CampaignFolder, reader: Reader, reading: Reading) -> None:
    assert reading.warnings == ()
    path = folder.write("short.html", "")
    (warning,) = reader.again(reading, frozenset({path})).warnings
    assert "W521" in warning
    folder.write("short.html", "short")
    assert reader.again(reading, frozenset({path})).warnings == ()


def test_a_mistake_leaves_what_was_read(folder: CampaignFolder, reader: Reader, reading: Reading) -> None:
    path = folder.write("body.html", "{% if %}")
    with pytest.raises(MailgridError):
        reader.again(reading, frozenset({path}))
    assert reading.prepared.audience.page(0, 1)

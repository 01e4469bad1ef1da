"""Templates whose names depend on the row: all of them are checked, and a missing one is found while gathering."""

from pathlib import Path

import pytest

import mailgrid
from mailgrid.library.checking import check
from mailgrid.library.settings import Settings
from mailgrid.planning.template_files import matching
from tests.end_to_end.campaign_folder import CampaignFolder

SETTINGS = Settings(environment={})


@pytest.fixture(name="folder")
def with_templates(tmp_path: Path) -> CampaignFolder:
    folder = CampaignFolder(tmp_path)
    folder.write("people.csv", "email,name,lang\na@e.example,Ann,de\nb@e.example,Bob,en\nc@e.example,Cid,it\n")
    folder.write("mail/hello.de.md", "# Hallo {{ name }}")
    folder.write("mail/hello.en.md", "# Hello {{ name }}")
    folder.write(
        "hello.mailgrid",
        """campaign hello {
  source    csv "people.csv"
  from      "Ada <ada@acme.example>"
  subject   "Hello"
  template  "mail/hello.{{ lang }}.md"
  transport stdout
}
""",
    )
    return folder


def codes(folder: CampaignFolder) -> list[str]:
    return [each.code for each in check(folder.path / "hello.mailgrid", SETTINGS).diagnostics]


def test_a_language_without_a_template_is_told_by_the_plan(folder: CampaignFolder) -> None:
    assert codes(folder) == []
    (forecast,) = mailgrid.plan(folder.path / "hello.mailgrid", settings=SETTINGS)
    assert forecast.tally.lacking == {"mail/hello.{{ lang }}.md": (1, [4])}
    assert forecast.tally.to_send == 2
    names = {path.name for path in forecast.plan.files}
    assert names == {"hello.de.md", "hello.en.md"}


def test_a_mistake_in_any_of_them_is_found(folder: CampaignFolder) -> None:
    folder.write("mail/hello.fr.md", "# Salut {{ nom }}")
    (found,) = check(folder.path / "hello.mailgrid", SETTINGS).diagnostics
    assert (found.code, found.span.text.name if found.span else "") == ("MG501", "mail/hello.fr.md")


def test_there_has_to_be_one_and_not_hundreds(folder: CampaignFolder) -> None:
    for number in range(300):
        folder.write(f"mail/hello.{number}.md", "x")
    assert codes(folder) == ["MG503"]
    for file in (folder.path / "mail").iterdir():
        file.unlink()
    assert codes(folder) == ["MG502"]


def test_what_a_name_may_mean(tmp_path: Path) -> None:
    folder = CampaignFolder(tmp_path)
    for name in ("a.de.md", "a.[x].md", "b.de.md", "a.de.html", "sub/a.de.md"):
        folder.write(name, "")
    assert matching(tmp_path, "a.{{ lang }}.md") == {("[x]",): "a.[x].md", ("de",): "a.de.md"}
    assert matching(tmp_path, "{{ x }}/a.{{ lang }}.md") == {("sub", "de"): "sub/a.de.md"}
    assert matching(tmp_path, "a.[x]{{ x }}.md") == {("",): "a.[x].md"}

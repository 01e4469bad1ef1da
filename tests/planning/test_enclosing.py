"""What is wrong with `attach` and `inline` is told by `check`, at its place, before anything is sent."""

from pathlib import Path

import pytest

import mailgrid
from mailgrid.library.checking import check
from mailgrid.library.settings import Settings
from tests.end_to_end.campaign_folder import CampaignFolder
from tests.message.files import PDF, PNG


@pytest.fixture(name="folder")
def with_files(tmp_path: Path) -> CampaignFolder:
    folder = CampaignFolder(tmp_path)
    folder.write("people.csv", "email,first_name,id,plan\na@mail.example,Ann,1,team\n")
    for name, octets in {"terms.pdf": PDF, "logo.png": PNG, "fake.png": b"none"}.items():
        (tmp_path / name).write_bytes(octets)
    return folder


def found(file: Path) -> list[tuple[str, int, str]]:
    diagnostics = check(file, Settings(environment={})).diagnostics
    return [
        (each.code, each.span.line if each.span else 0, f"{each.message}; {each.help_line}") for each in diagnostics
    ]


@pytest.mark.parametrize(
    "setting, code, words",
    [
        ('attach "term.pdf"', "MG505", "did you mean `terms.pdf`?"),
        ('attach "../terms.pdf"', "MG402", "lies outside the project"),
        ('attach "fake.png"', "MG506", "is not the picture"),
        ('attach "terms.pdf" where plam = "pro"', "MG301", "did you mean `plan`?"),
        ('attach "offers/{{ idd }}.pdf"', "MG501", "did you mean `id`?"),
        ('attach "terms.pdf" as "{{ first_nam }}.pdf"', "MG501", "did you mean `first_name`?"),
        ('inline "logo.png" as logo', "MG507", "no HTML"),
    ],
)
def test_check_tells_at_its_place(folder: CampaignFolder, setting: str, code: str, words: str) -> None:
    ((told, line, text),) = found(folder.campaign("stdout", setting))
    assert (told, line) == (code, 7)
    assert words in text


def test_two_pictures_have_two_names(folder: CampaignFolder) -> None:
    file = folder.campaign("stdout", 'inline "logo.png" as logo', 'inline "logo.png" as logo')
    assert ("MG211", 8) in [each[:2] for each in found(file)]


def test_a_picture_that_one_variant_shows_is_shown(folder: CampaignFolder) -> None:
    variants = [
        """variant plain 50% { html "<p>Hello</p>" }""",
        """variant marked 50% { html '<img src="cid:logo" alt="Acme">' }""",
    ]
    assert found(folder.campaign("stdout", 'inline "logo.png" as logo', *variants)) == []
    file = folder.campaign("stdout", 'inline "logo.png" as logo', variants[0].replace("50%", "100%"))
    assert [each[:2] for each in found(file)] == [("W508", 7)]


@pytest.mark.parametrize(
    "setting, before, fails",
    [("max_size 1KB", "", True), ("max_size 10MB", "", False), ("", "  max_size 1KB", True), ("", "", False)],
)
def test_a_message_may_have_a_largest_size(folder: CampaignFolder, setting: str, before: str, fails: bool) -> None:
    (folder.path / "terms.pdf").write_bytes(PDF * 10)
    file = folder.campaign("out", 'attach "terms.pdf"', *filter(None, [setting]))
    file.write_text(f"transport out stdout {{\n{before}\n}}\n{file.read_text()}")
    (forecast,) = mailgrid.plan(file, settings=Settings(environment={}))
    assert forecast.trial
    assert [("`max_size` is 1,000" in reason) for reason in forecast.trial.failures] == [True] * fails

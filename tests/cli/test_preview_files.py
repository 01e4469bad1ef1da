from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mailgrid.cli.preview import _stem
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

KEYS = st.lists(st.text(st.sampled_from("ab.AB/\\_ é@-\x00"), min_size=1, max_size=4), unique=True, max_size=20)


@given(KEYS)
def test_files_of_different_people_have_different_names_on_any_disk(keys: list[str]) -> None:
    assert len({_stem(key).casefold() for key in keys}) == len(keys)


@given(st.text(min_size=1, max_size=300))
def test_a_name_stays_in_its_folder(key: str) -> None:
    assert Path(f"{_stem(key)}.eml").name == f"{_stem(key)}.eml"
    assert _stem(key).isascii()
    assert len(_stem(key)) < 200


def test_an_address_is_its_own_name() -> None:
    assert _stem("ann@example.org") == "ann@example.org"


def test_a_folder_that_cannot_be_made_is_named(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    folder.campaign("stdout")
    folder.write("taken", "")
    refused = mailgrid("preview", "welcome.mailgrid", "--eml", "taken/out")
    assert refused.code == 2
    assert "a file in taken/out cannot be written: not a directory" in refused.err

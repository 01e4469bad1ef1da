"""`check --fix` changes what it says, and nothing else."""

import os
from pathlib import Path

import pytest

from mailgrid.cli.screen import clean
from mailgrid.errors import UsageError
from mailgrid.library.fixing import Fixer
from mailgrid.library.settings import Settings
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

WRONG = """\
campaign welcome {
  source    csv "people.csv"
  from      "Ada <ada@acme.com>"
  subjct    “Hello”
  text      "Hi"
  transport maildir "box/"
  where     First_Name == Ann || email = null  // of old
}
"""
RIGHT = """\
campaign welcome {
  source    csv "people.csv"
  from      "Ada <ada@acme.com>"
  subject    "Hello"
  text      "Hi"
  transport maildir "box/"
  where     first_name = "Ann" or email = ""  # of old
}
"""


@pytest.fixture
def wrong(folder: CampaignFolder) -> Path:
    folder.people(1)
    return folder.write("welcome.mailgrid", WRONG.replace("email = null", 'email = ""'))


def test_round_after_round_until_nothing_is_left(wrong: Path, mailgrid: CommandLine) -> None:
    ended = mailgrid("check", "--fix", "welcome.mailgrid")
    assert (ended.code, ended.err) == (0, "fixed 7 mistakes in welcome.mailgrid\nno mistake in 1 file\n")
    assert wrong.read_text() == RIGHT
    assert mailgrid("check", "--fix", "welcome.mailgrid").err == "no mistake in 1 file\n"


def test_the_summary_says_how_many_can_be_fixed(wrong: Path, mailgrid: CommandLine) -> None:
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.err.endswith("5 errors in welcome.mailgrid; 5 can be fixed with: mailgrid check --fix\n")
    assert (ended.code, wrong.read_text()) == (2, WRONG.replace("email = null", 'email = ""'))


def test_what_is_left_decides_about_the_exit_code(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    file = folder.campaign('maildir "box/"', "workrs 3", "rate 10")
    ended = mailgrid("check", "--fix", "welcome.mailgrid")
    assert ended.code == 2
    assert "workers 3" in file.read_text()
    assert ended.err.startswith("fixed 1 mistake in welcome.mailgrid\n")
    assert ended.err.endswith("1 error in welcome.mailgrid\n")


def test_a_patch_is_shown_and_nothing_written(wrong: Path, mailgrid: CommandLine) -> None:
    before = wrong.read_bytes()
    ended = mailgrid("check", "--diff", "welcome.mailgrid")
    assert ended.code == 2
    assert '-  subjct    “Hello”\n+  subject    "Hello"\n' in ended.out
    assert ended.err == "7 mistakes in welcome.mailgrid can be fixed\nno mistake would be left\n"
    assert wrong.read_bytes() == before


def test_a_patch_has_one_format(wrong: Path, mailgrid: CommandLine) -> None:
    ended = mailgrid("check", "--diff", "--format", "json", "welcome.mailgrid")
    assert (ended.code, ended.out) == (2, "")
    assert "`--diff` prints a patch" in ended.err


def test_a_patch_shows_no_secret(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    folder.campaign('smtp {\n host "localhost"\n password "hunter2"\n}', "workrs 3")
    ended = mailgrid("check", "--diff", "welcome.mailgrid")
    assert "+  workers 3" in ended.out
    assert "hunter2" not in ended.out + ended.err


def test_mode_mark_line_ends_and_links_stay(wrong: Path, folder: CampaignFolder, mailgrid: CommandLine) -> None:
    real = folder.path / "deeper" / "real.mailgrid"
    real.parent.mkdir()
    real.write_bytes(b"\xef\xbb\xbf" + wrong.read_text().replace("\n", "\r\n").encode())
    real.chmod(0o640)
    wrong.unlink()
    wrong.symlink_to("deeper/real.mailgrid")
    assert mailgrid("check", "--fix", "welcome.mailgrid").code == 0
    assert real.read_bytes() == b"\xef\xbb\xbf" + RIGHT.replace("\n", "\r\n").encode()
    assert (wrong.is_symlink(), real.stat().st_mode & 0o777) == (True, 0o640)
    assert sorted(path.name for path in real.parent.iterdir()) == ["real.mailgrid"]


def test_imports_are_fixed_too_each_once(wrong: Path, folder: CampaignFolder, mailgrid: CommandLine) -> None:
    shared = folder.write("shared/mail.mailgrid", 'let brand: "Acme"\n')
    for name in ("welcome", "second"):
        folder.write(f"{name}.mailgrid", f'import "shared/mail.mailgrid"\n{WRONG.replace("email = null", "active")}')
    ended = mailgrid("check", "--fix", "welcome.mailgrid", "second.mailgrid")
    assert "fixed 1 mistake in shared/mail.mailgrid\n" in ended.err
    assert shared.read_text() == 'let brand = "Acme"\n'


def test_a_file_that_was_changed_meanwhile_is_left_alone(wrong: Path) -> None:
    fixer = Fixer(Settings(environment={}))
    fixer(Path("welcome.mailgrid"))
    wrong.write_text("# somebody else\n")
    (change,) = fixer.changes
    with pytest.raises(UsageError, match="changed meanwhile"):
        change.write()
    assert wrong.read_text() == "# somebody else\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to(wrong: Path, mailgrid: CommandLine) -> None:
    wrong.parent.chmod(0o500)
    try:
        ended = mailgrid("check", "--fix", "welcome.mailgrid")
    finally:
        wrong.parent.chmod(0o700)
    assert (ended.code, "cannot be written" in ended.err) == (2, True)


def test_what_a_terminal_would_obey_is_not_in_a_patch(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    folder.campaign('maildir "box/"', "workrs 3 # \x1b[31m")
    ended = mailgrid("check", "--diff", "welcome.mailgrid")
    assert "+  workers 3" in ended.out
    assert clean(ended.out) == ended.out

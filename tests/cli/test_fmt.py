import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mailgrid.errors import MailgridError
from mailgrid.language.format import canonical
from mailgrid.library import formatting
from tests.cli.command_line import CommandLine, on_terminal
from tests.end_to_end.campaign_folder import CampaignFolder

UGLY = b"\xef\xbb\xbfcampaign a {\r\n from 'x' # me\r\n\tWHERE b\r\n}\r\n"
GOOD = b"campaign a {\n  from  'x'  # me\n  where b\n}\n"
WRONG = b"campaign a {\n where b ==\n}\n"


def piped(octets: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "mailgrid", *arguments], input=octets, capture_output=True, check=False
    )


def test_a_file_is_formatted_once(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    file = folder.path / "a.mailgrid"
    file.write_bytes(UGLY)
    file.chmod(0o640)
    ended = mailgrid("fmt", "a.mailgrid")
    assert (ended.code, ended.out, ended.err) == (0, "", "formatted 1 file\n")
    assert file.read_bytes() == GOOD
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    before = file.stat().st_mtime_ns
    assert mailgrid("fmt", "a.mailgrid").err == "1 file is laid out well\n"
    assert file.stat().st_mtime_ns == before
    assert [path.name for path in folder.path.iterdir()] == ["a.mailgrid"]


def test_folders_are_searched_without_what_is_hidden(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    for name in ("a.mailgrid", "b/c.mailgrid", "b/.d/e.mailgrid", ".mailgrid/f.mailgrid", "g.txt"):
        (folder.path / name).parent.mkdir(parents=True, exist_ok=True)
        (folder.path / name).write_bytes(UGLY)
    ended = mailgrid("fmt", "--check")
    assert (ended.code, ended.out.splitlines()) == (1, ["a.mailgrid", "b/c.mailgrid"])
    assert mailgrid("fmt").err == "formatted 2 files\n"
    assert mailgrid("fmt", "--check", "b", "g.txt").out == "g.txt\n"
    assert mailgrid("fmt", "g.txt").code == 0
    assert (folder.path / "g.txt").read_bytes() == GOOD
    assert (folder.path / "b/.d/e.mailgrid").read_bytes() == UGLY


def test_check_and_diff_write_nothing(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    file = folder.path / "a.mailgrid"
    file.write_bytes(UGLY)
    assert mailgrid("fmt", "a.mailgrid", "--check").err == "1 file would change\n"
    ended = mailgrid("fmt", "a.mailgrid", "--diff")
    assert ended.code == 0
    assert ended.out.splitlines()[:3] == ["--- a.mailgrid", "+++ a.mailgrid", "@@ -1,4 +1,4 @@"]
    assert "+  from  'x'  # me" in ended.out
    assert mailgrid("fmt", "--diff", "--check", "a.mailgrid").code == 1
    assert file.read_bytes() == UGLY
    file.write_bytes(GOOD)
    assert mailgrid("fmt", "--diff", "--check", "a.mailgrid").code == 0


def test_a_patch_is_in_colour_on_a_terminal(folder: CampaignFolder) -> None:
    (folder.path / "a.mailgrid").write_bytes(UGLY)
    code, seen = on_terminal(folder, "fmt", "--diff", "a.mailgrid", NO_COLOR="")
    assert code == 0
    assert "\x1b[32m+  from  'x'  # me" in seen


def test_a_patch_shows_no_secret(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    (folder.path / "a.mailgrid").write_text(
        'transport a smtp {\n host "h"\n password "hunter22"\n}\n', encoding="utf-8"
    )
    ended = mailgrid("fmt", "--diff", "a.mailgrid")
    assert "password ***" in ended.out
    assert "hunter22" not in ended.out


def test_a_file_with_mistakes_stays_and_the_others_are_formatted(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    (folder.path / "a.mailgrid").write_bytes(WRONG)
    (folder.path / "b.mailgrid").write_bytes(UGLY)
    ended = mailgrid("fmt")
    assert ended.code == 2
    assert "error[MG104]" in ended.err
    assert ended.err.splitlines()[-1] == "formatted 1 file; left 1 file with mistakes alone"
    assert (folder.path / "a.mailgrid").read_bytes() == WRONG
    assert (folder.path / "b.mailgrid").read_bytes() == GOOD


def test_what_cannot_be_read_is_said(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    (folder.path / "a.mailgrid").write_bytes(b"\xff")
    for name, code in (("a.mailgrid", "MG121"), ("none.mailgrid", "MG122")):
        ended = mailgrid("fmt", name)
        assert ended.code == 2
        assert code in ended.err


def test_standard_input_goes_to_standard_output(folder: CampaignFolder) -> None:
    ended = piped(UGLY, "fmt", "-")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, GOOD, b"")
    assert piped(b"\n\n", "fmt", "-").stdout == b""
    assert piped(UGLY, "fmt", "-", "--check").returncode == 1
    assert b"+++ standard input" in piped(UGLY, "fmt", "-", "--diff").stdout


@pytest.mark.parametrize(("octets", "words"), [(WRONG, b"MG104"), (b"\xff", b"standard input is not UTF-8")])
def test_wrong_input_gives_no_output(folder: CampaignFolder, octets: bytes, words: bytes) -> None:
    ended = piped(octets, "fmt", "-")
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert words in ended.stderr


def test_json(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    (folder.path / "a.mailgrid").write_bytes(WRONG)
    (folder.path / "b.mailgrid").write_bytes(UGLY)
    (folder.path / "c.mailgrid").write_bytes(GOOD)
    found = json.loads(mailgrid("fmt", "--json").out)
    assert found["files"] == [{"file": "b.mailgrid", "changed": True}, {"file": "c.mailgrid", "changed": False}]
    assert [each["code"] for each in found["diagnostics"]][:1] == ["MG104"]
    assert json.loads(piped(UGLY, "fmt", "-", "--json").stdout)["files"][0]["content"] == GOOD.decode()


def test_a_link_stays_one(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    (folder.path / "real.txt").write_bytes(UGLY)
    (folder.path / "a.mailgrid").symlink_to("real.txt")
    assert mailgrid("fmt", "a.mailgrid").code == 0
    assert (folder.path / "a.mailgrid").is_symlink()
    assert (folder.path / "real.txt").read_bytes() == GOOD


def test_what_was_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.mailgrid"
    file.write_bytes(UGLY)
    formatted = formatting.format_file(file)
    file.write_bytes(WRONG)
    with pytest.raises(MailgridError, match="changed meanwhile"):
        formatted.write()
    file.unlink()
    with pytest.raises(MailgridError, match="cannot be written"):
        formatted.write()


def test_nothing_is_written_when_a_layout_would_lose_something(
    folder: CampaignFolder, mailgrid: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.path / "a.mailgrid").write_bytes(UGLY)
    (folder.path / "b.mailgrid").write_bytes(UGLY.replace(b"b", b"c"))
    laid_out = canonical._formatted
    monkeypatch.setattr(canonical, "_formatted", lambda text: "" if text.name == "b.mailgrid" else laid_out(text))
    ended = mailgrid("fmt")
    assert (ended.code, "b.mailgrid cannot be formatted" in ended.err) == (2, True)
    assert (folder.path / "a.mailgrid").read_bytes() == UGLY

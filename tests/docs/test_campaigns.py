import shutil
from pathlib import Path

import pytest

from mailgrid.cli.run import run
from mailgrid.language.format.canonical import format_text
from mailgrid.language.text import Text
from tests.docs.pages import PAGES, ROOT, Block, blocks
from tests.message.keys import ed25519, pem, rsa

FILES = Path(__file__).parent / "files"
BLOCKS = [block for page in PAGES for block in blocks(page, "mailgrid")]
PATHS = {page.name: page for page in PAGES}
VARIABLES = {
    "SMTP_HOST": "localhost",
    "SMTP_PORT": "25",
    "SMTP_USER": "ann",
    "SMTP_PASSWORD": "secret",
    "SMTP_TOKEN": "t0ken",
    "DKIM_KEY": pem(rsa()).decode(),
    "DKIM_KEY_2": pem(ed25519()).decode(),
}


def own_drivers(block: Block) -> bool:
    """Whether a campaign needs the plugin that its page shows; such a page is played as a whole."""
    return any(other.file == "pyproject.toml" for other in blocks(PATHS[block.page]))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(FILES, tmp_path, dirs_exist_ok=True)
    for name in ("data", "templates"):
        shutil.copytree(ROOT / "campaigns" / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert run(["init", "welcome"]) == 0
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def neighbours(page: Path, folder: Path) -> None:
    """Write the files that a page names; a later one of a name takes the place of an earlier one."""
    for block in blocks(page):
        if block.file:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.text, encoding="utf-8")


@pytest.mark.parametrize("block", [block for block in BLOCKS if not own_drivers(block)], ids=str)
def test_a_campaign_on_a_page_has_no_mistake(block: Block, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    neighbours(PATHS[block.page], folder)
    file = folder / "shown.mailgrid"
    file.write_text(block.text, encoding="utf-8")
    capsys.readouterr()
    code = run(["check", "shown.mailgrid"])
    told = capsys.readouterr().err
    if block.file.startswith("mistakes"):
        assert code == 2, "what is shown as a mistake is none"
    else:
        assert (code, told) == (0, "no mistake in 1 file\n"), told


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_a_campaign_on_a_page_is_laid_out_as_fmt_would(block: Block) -> None:
    assert format_text(Text("shown.mailgrid", block.text)) == block.text

import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from mailgrid.testing import SmtpServer, hang_up, refuse
from tests.docs.distribution import installed
from tests.docs.pages import PAGES, ROOT, blocks
from tests.docs.transcript import fits, play
from tests.postgres import database

SHOWN = [path for path in PAGES if "\n$ mailgrid " in path.read_text(encoding="utf-8")]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmtpServer]:
    """The server that the tutorial speaks of: it knows no Dan, and hangs up once before it answers Eve's message."""
    unknown = refuse("RCPT", "550 5.1.1 no such mailbox", to="dan@mail.example")
    with SmtpServer(unknown, hang_up("end", to="eve@mail.example", times=1)) as server:
        monkeypatch.setenv("SMTP_HOST", "localhost")
        monkeypatch.setenv("SMTP_PORT", str(server.port))
        yield server


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.name)
def test_a_page_shows_what_happens(
    page: Path, server: SmtpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignored = shutil.ignore_patterns(".mailgrid", "outbox")
    shutil.copytree(ROOT / "campaigns", tmp_path / "campaigns", ignore=ignored)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TZ", "UTC")
    if "postgresql:///mail" in page.read_text(encoding="utf-8"):
        for name, value in database("mail").items():
            monkeypatch.setenv(name, value)
    project = next((block.text for block in blocks(page) if block.file == "pyproject.toml"), "")
    shown = 0
    with installed(tmp_path, project) if project else nullcontext():
        for block, said, happened in play(page, tmp_path):
            assert fits(said, happened), f"{block}\n{happened}"
            shown += 1
    assert shown


def test_the_tutorial_shows_every_command_of_a_first_day() -> None:
    content = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    for command in ("init", "check", "columns", "rows", "preview", "plan", "apply", "status", "log", "why"):
        assert f"\n$ mailgrid {command} " in content or f"\n$ mailgrid {command}\n" in content, command

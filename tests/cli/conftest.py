import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CampaignFolder:
    """Return an empty project, which is the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("MAILGRID_LEDGER", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return CampaignFolder(tmp_path)


@pytest.fixture
def mailgrid(folder: CampaignFolder, capsys: pytest.CaptureFixture[str]) -> Iterator[CommandLine]:
    handler = signal.getsignal(signal.SIGTERM)
    yield CommandLine(capsys)
    signal.signal(signal.SIGTERM, handler)

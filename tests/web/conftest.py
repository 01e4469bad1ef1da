from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from mailgrid.library.settings import Settings
from mailgrid.web.proofs import Proofs
from mailgrid.web.reading import Reader
from tests.end_to_end.campaign_folder import CampaignFolder
from tests.web.visitor import Visitor, serving


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CampaignFolder:
    """Return an empty project, which is the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAILGRID_LEDGER", raising=False)
    return CampaignFolder(tmp_path)


@pytest.fixture
def opened(folder: CampaignFolder) -> Iterator[Callable[[], Proofs]]:
    """Return what opens the preview of `welcome.mailgrid`."""
    reader = Reader("welcome.mailgrid", Settings())
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(Proofs(reader(), reader.again)))


@pytest.fixture
def visitor(folder: CampaignFolder, opened: Callable[[], Proofs]) -> Iterator[Visitor]:
    """Return somebody who looks at the preview of three people's messages."""
    folder.people(3)
    folder.campaign('maildir "box/"')
    with serving(opened()) as visitor:
        yield visitor

"""The servers, each started once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.campaign_folder import CampaignFolder
from tests.servers.exim import Exim
from tests.servers.postfix import Postfix


@pytest.fixture
def folder(tmp_path: Path) -> CampaignFolder:
    return CampaignFolder(tmp_path)


@pytest.fixture(scope="module")
def running_postfix() -> Iterator[Postfix]:
    with Postfix() as server:
        yield server


@pytest.fixture(scope="module")
def running_exim() -> Iterator[Exim]:
    with Exim("smtp_accept_max_per_connection = 12") as server:
        yield server


@pytest.fixture
def postfix(running_postfix: Postfix) -> Postfix:
    running_postfix.forget()
    return running_postfix


@pytest.fixture
def exim(running_exim: Exim) -> Exim:
    running_exim.forget()
    return running_exim

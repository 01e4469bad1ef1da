from pathlib import Path

import pytest

from tests.end_to_end.campaign_folder import CampaignFolder


@pytest.fixture
def folder(tmp_path: Path) -> CampaignFolder:
    return CampaignFolder(tmp_path)

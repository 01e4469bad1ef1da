from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgrid.ledger.sqlite import SqliteStore
from tests.ledger.examples import opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = opened(tmp_path)
    yield store
    store.close()

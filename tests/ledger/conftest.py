from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mailgrid.ledger.ledgers import Ledgers
from mailgrid.ledger.opening import open_ledgers
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.store import Store
from tests.ledger.examples import opened
from tests.postgres import schema


@pytest.fixture(params=["sqlite", "postgresql"])
def ledgers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledgers]:
    """Where ledgers are: each test that asks for it is run with a folder, and with a database."""
    ledgers = open_ledgers(".mailgrid" if request.param == "sqlite" else schema(), tmp_path)
    yield ledgers
    if isinstance(ledgers, Database):
        ledgers.server.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database alone."""
    database = open_ledgers(schema(), tmp_path)
    assert isinstance(database, Database)
    with closing(database.server):
        yield database


@pytest.fixture
def store(ledgers: Ledgers) -> Iterator[Store]:
    with closing(opened(ledgers)) as store:
        yield store

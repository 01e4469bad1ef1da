"""A MariaDB of our own: the server that is installed, in a folder of the test run, at a free port."""

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from tests.ports import free_port

__all__ = ["MISSING", "mariadb"]

#: Why it cannot be had; empty where it can.
MISSING = "" if shutil.which("mariadbd") else "MariaDB is not installed"
_HASTE = ("--innodb-flush-method=nosync", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M")


@cache
def mariadb() -> str:
    """Start it, once a run, and return the URL of an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="mariadb"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    data = folder / "data"
    data.mkdir()
    own = ["--no-defaults", f"--datadir={data}", *([] if os.getuid() else ["--user=root"])]
    install = ["mariadb-install-db", *own, "--auth-root-authentication-method=normal", "--skip-test-db", *_HASTE]
    subprocess.run(install, check=True, capture_output=True, timeout=60)
    port = free_port()
    place = [f"--socket={folder}/socket", "--bind-address=127.0.0.1", f"--port={port}", f"--pid-file={folder}/pid"]
    server = subprocess.Popen(["mariadbd", *own, *place, *_HASTE], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    atexit.register(server.wait)
    atexit.register(server.terminate)
    _wait(port, server)
    from sqlalchemy import create_engine, text

    engine = create_engine(f"mysql+pymysql://root@127.0.0.1:{port}/")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE people"))
    engine.dispose()
    return f"mysql://root@127.0.0.1:{port}/people"


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert server.poll() is None, "MariaDB ended"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError("MariaDB does not begin to listen")

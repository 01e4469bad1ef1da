"""Steps: what leads from one format of an SQLite ledger to the next, by the number of the format that it leads to.

A step that is released never changes any more; the tables of a new file are made as they are after the last one. The
ledger in PostgreSQL has steps of its own, see `mailgrid.ledger.postgres.tables`.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from mailgrid.errors import MailgridError

__all__ = ["LEDGER", "PROJECT", "Steps", "climb", "refuse_older"]

#: format → the statements that lead to it from the one before.
Steps = Mapping[int, Sequence[str]]

#: Those of a campaign's ledger.
LEDGER: Steps = {}
#: Those of what campaigns share.
PROJECT: Steps = {}


def climb(connection: sqlite3.Connection, path: Path, version: int, steps: Steps) -> None:
    """Bring a file to the newest format, in one transaction; what it was is kept beside it, as `NAME.db.formatN`.

    Args:
        connection: open for writing, in no transaction.
        path: the file.
        version: its format.
        steps: all that there are.
    """
    later = sorted(number for number in steps if number > version)
    if not later:
        return
    with closing(sqlite3.connect(path)) as before, closing(sqlite3.connect(f"{path}.format{version}")) as copy:
        before.backup(copy)
    Path(f"{path}.format{version}").chmod(0o600)
    connection.execute("BEGIN IMMEDIATE")
    try:
        (now,) = connection.execute("PRAGMA user_version").fetchone()  # another process may have been quicker
        for number in (each for each in later if each > now):
            for statement in steps[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def refuse_older(where: str, version: int, newest: int) -> None:
    """Refuse what has to be brought to a newer format before it can be read; what nobody has written to is none.

    Raises:
        MailgridError: it has to be.
    """
    if 0 < version < newest:
        raise MailgridError(
            f"ledger {where}: written by an older Mailgrid (format {version})",
            hint="bring it up to date: mailgrid ledger upgrade",
        )

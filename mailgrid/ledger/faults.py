"""What SQLite's errors mean to the person whose ledger it is."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailgrid.errors import LedgerError, reason_of

__all__ = ["told"]

#: Primary result code (https://www.sqlite.org/rescode.html) → what is wrong, and what to do.
_FAULTS = {
    sqlite3.SQLITE_FULL: (
        "the disk is full",
        "free some space and run the command again: what was recorded is kept",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk reports an error",
        "look at the disk, its free space and its quota, then run the command again",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "the file is damaged",
        "restore it from a backup; do not delete it: it knows who was already written to",
    ),
    sqlite3.SQLITE_NOTADB: (
        "the file is no SQLite database",
        "restore it from a backup, or move it away if it never was a ledger",
    ),
    sqlite3.SQLITE_BUSY: (
        "another program is writing to it",
        "wait until that has ended, then run the command again",
    ),
    sqlite3.SQLITE_READONLY: (
        "it is read-only",
        "make the file and its folder writable: SQLite creates files beside it, for reading too",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "it cannot be opened",
        "make the file and its folder writable: SQLite creates files beside it, for reading too",
    ),
    sqlite3.SQLITE_PERM: ("access is denied", "make the file readable and writable for you"),
}
_PRIMARY = 0xFF  # the low byte of an extended result code is the primary one


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the operating system raise into a LedgerError about the file at `path`.

    Their own texts are repeated only where we know nothing better: they never hold a row's values.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
        reason, hint = _FAULTS.get(code, (str(error), "the file may be damaged: keep a copy of it"))
        raise LedgerError(f"ledger {path}: {reason}", hint=hint) from error
    except (UnicodeEncodeError, OverflowError):
        hint = "look for broken characters in the source's keys and addresses"
        raise LedgerError(f"ledger {path}: a value cannot be stored", hint=hint) from None
    except LedgerError:
        raise
    except OSError as error:
        hint = "make the folder readable and writable, or give another one with `--ledger`"
        raise LedgerError(f"ledger {path}: {reason_of(error)}", hint=hint) from error

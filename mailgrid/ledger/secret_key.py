"""A secret key in a file beside the ledgers, made when it is first needed."""

import os
import secrets
from pathlib import Path

from mailgrid.errors import LedgerError
from mailgrid.ledger.faults import told

__all__ = ["secret_key"]

_OCTETS = 32
#: What others than the owner could do with a file. Windows has no such bits.
_OTHERS = 0o077 if os.name == "posix" else 0


def secret_key(path: Path) -> str:
    """Return the secret key that a file holds; where there is none, one is made, for its owner only.

    Two processes that come at once find the same.

    Args:
        path: the file; its folder exists.

    Raises:
        LedgerError: it cannot be read or made, or others can read it.
    """
    with told(path):
        try:
            return _read(path)
        except FileNotFoundError:
            _make(path)
        return _read(path)


def _read(path: Path) -> str:
    if path.stat().st_mode & _OTHERS:
        raise LedgerError(f"{path} is a secret and can be read by others", hint=f"chmod 600 {path}")
    try:
        return path.read_text("ascii").strip()
    except UnicodeDecodeError:
        raise LedgerError(f"{path} holds no secret key", hint="restore it from a backup") from None


def _make(path: Path) -> None:
    """Put a file there, whole, unless another process was quicker."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(_OCTETS)}\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename it takes the place of nothing
    except FileExistsError:
        pass
    finally:
        draft.unlink()

"""Opening: from a folder or a URL to the ledgers that are there."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from mailgrid.errors import UsageError
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.ledgers import Ledgers

__all__ = ["open_ledgers"]

_SCHEME = re.compile(r"([a-z][a-z0-9+]+)://")


def open_ledgers(
    where: str, root: Path, *, keeps: bool = True, environment: Mapping[str, str] | None = None
) -> Ledgers:
    """Return the ledgers at a place. Nothing is opened yet.

    Args:
        where: `sqlite:///folder`, `sqlite:////absolute/folder`, a plain path, or `postgresql://user@host/database`;
            relative paths start at `root`.
        root: the project's root, which campaign files' paths start from.
        keeps: whether what is sent is written down.
        environment: variables, `os.environ` by default.

    Raises:
        UsageError: the URL is of another kind, or makes no sense.
    """
    scheme = _SCHEME.match(where)
    if scheme is None:
        return Folder(root / where, root, keeps=keeps)
    if scheme[1] in {"postgresql", "postgres"}:
        if not keeps:
            hint = "leave it out, or measure in a project whose ledger is a folder"
            raise UsageError("`--ledger none` is for benchmarks, and this project's ledger is shared", hint=hint)
        return _database(where, root, os.environ if environment is None else environment)
    if not where.startswith("sqlite:///") or where == "sqlite:///":
        raise UsageError(
            f"`--ledger` cannot be a `{scheme[1]}` URL like this",
            hint="write `sqlite:///folder`, the folder alone, or `postgresql://user@host/database`",
        )
    return Folder(root / unquote(where.removeprefix("sqlite:///")), root, keeps=keeps)


def _database(url: str, root: Path, environment: Mapping[str, str]) -> Ledgers:
    from mailgrid.ledger.postgres.place import Place

    place = Place.of(url, environment)
    try:
        from mailgrid.ledger.postgres.database import Database
    except ImportError:
        raise UsageError(
            "a ledger in PostgreSQL needs psycopg, which is not installed", hint='pip install "mailgrid[cluster]"'
        ) from None
    return Database(place, root)

"""A database that is only read: how it is connected to, and what went wrong in words that hold no row of it."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from mailgrid.errors import SourceError

__all__ = ["connect", "failure"]

#: The drivers that the extra brings, for those who name the database only.
_DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"} | dict.fromkeys(
    ("mysql", "mariadb"), "mysql+pymysql"
)
#: What each calls the seconds that connecting may take.
_TIMEOUTS = {"postgresql": "connect_timeout", "mysql": "connect_timeout", "mariadb": "connect_timeout"}
_HINT = "the location is a URL, like `postgresql://user@host/database` or `sqlite:///data/people.db`"
_ADDRESS = re.compile(r"[^\s\"'=(]+@[^\s\"')]+")


def connect(location: str, options: Mapping[str, Any], resolve: Callable[[str], Path]) -> tuple[Connection, str]:
    """Connect, for reading in one snapshot; return the connection and how messages call the database.

    Args:
        location: the URL of the database.
        options: the options of `sql`.
        resolve: turns the path of a file into one on disk, inside the project.

    Raises:
        SourceError: the URL makes no sense, or the database cannot be reached.
        ImportError: the database's driver is not installed.
    """
    url = _url(location, options["password"].reveal() if options["password"] else None)
    database, title = url.get_backend_name(), _title_of(url)
    if database == "sqlite":
        url = _read_only(url, resolve)
    seconds = max(1, round(options["timeout"].total_seconds()))
    arguments = {_TIMEOUTS[database]: seconds} if database in _TIMEOUTS else {}
    try:
        connection = create_engine(url, connect_args=arguments).connect()
        _only_read(connection)
    except NoSuchModuleError:
        raise SourceError(f"there is no database `{url.drivername}`", hint="like `postgresql://...`") from None
    except SQLAlchemyError as error:
        raise SourceError(f"{title} cannot be reached: {failure(error)}", hint=_HINT) from None
    return connection, title


def failure(error: SQLAlchemyError) -> str:
    """Return what the database says, in one line, without the statement, and with addresses masked (they are rows)."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    said = str(cause.args[-1] if cause.args else cause)  # that of MySQL has a number before its words
    line = next((line.strip() for line in said.splitlines() if line.strip()), type(error).__name__)
    return _ADDRESS.sub("***", line)


def _title_of(url: URL) -> str:
    """Return a database without user, password and parameters."""
    return str(URL.create(url.get_backend_name(), host=url.host, port=url.port, database=url.database))


def _url(location: str, password: str | None) -> URL:
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):  # neither is shown: it may hold a password
        raise SourceError("the location is no URL of a database", hint=_HINT) from None
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    return url.set(password=password) if password is not None else url


def _read_only(url: URL, resolve: Callable[[str], Path]) -> URL:
    """Return the URL of a file of SQLite that is not made where it is missing."""
    path = resolve(url.database or "")
    if not path.is_file():
        raise SourceError("there is no such file", file=url.database or "")
    return url.set(database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"})


def _only_read(connection: Connection) -> None:
    """See to it that the query changes nothing, whatever it says."""
    match connection.dialect.name:
        case "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            connection.begin()
        case "sqlite":
            connection.execute(text("PRAGMA query_only = ON"))
        case "mysql" | "mariadb":
            connection.execute(text("SET SESSION TRANSACTION READ ONLY"))
            connection.commit()

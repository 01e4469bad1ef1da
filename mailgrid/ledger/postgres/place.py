"""Place: where a ledger in PostgreSQL is, as its URL says: `postgresql://user@host:5432/database?schema=mailgrid`."""

import re
from collections.abc import Mapping
from dataclasses import field
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from mailgrid.errors import UsageError
from mailgrid.value import value

__all__ = ["SCHEMES", "Place"]

#: What a URL of PostgreSQL begins with.
SCHEMES = ("postgresql", "postgres")
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|/.*|@.*")


@value
class Place:
    """Where a ledger is.

    `url` is what the PostgreSQL library connects by, and may hold a password; `schema` is where its tables are. `title`
    is what is shown, which never holds a password.
    """

    url: str = field(repr=False)
    schema: str
    title: str
    password: str = field(repr=False, default="")

    @classmethod
    def of(cls, url: str, environment: Mapping[str, str]) -> "Place":
        """Read a URL.

        Another machine is asked for TLS with a certificate that is verified, unless the URL (`sslmode`), or PGSSLMODE
        in the environment, says something else.

        Raises:
            UsageError: it is none. What it says is not repeated: it may be secret.
        """
        try:
            parts = urlsplit(url)
            parameters = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            raise _wrong("it cannot be read") from None
        schema = parameters.pop("schema", "mailgrid")
        if not _SCHEMA.fullmatch(schema):
            raise _wrong("a schema's name holds small letters, digits and `_`")
        database = unquote(parts.path.removeprefix("/"))
        if "/" in database:
            raise _wrong("the name of a database holds no `/`")
        host = parameters.get("host") or unquote(parts.hostname or "")
        there = host or parameters.get("hostaddr") or environment.get("PGHOST", "")
        if not (_LOOPBACK.fullmatch(there or "/") or "sslmode" in parameters or "PGSSLMODE" in environment):
            parameters["sslmode"] = "verify-full"
            parameters.setdefault("sslrootcert", environment.get("PGSSLROOTCERT", "system"))
        query = urlencode(parameters, quote_via=quote)
        whole = f"postgresql://{parts.netloc}{parts.path}{'?' if query else ''}{query}"
        user = f"{unquote(parts.username)}@" if parts.username else ""
        title = f"postgresql://{user}{host}{port}/{database}" + ("" if schema == "mailgrid" else f"?schema={schema}")
        password = unquote(parts.password or "") or parameters.get("password", "")
        return cls(whole, schema, title, password)


def _wrong(reason: str) -> UsageError:
    return UsageError(
        f"the ledger's URL is none of PostgreSQL: {reason}",
        hint="write `postgresql://user@host:5432/database`; the password comes from PGPASSWORD or ~/.pgpass",
    )

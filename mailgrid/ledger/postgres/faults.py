"""What PostgreSQL's errors mean to the person whose ledger it is."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from mailgrid.errors import LedgerError, reason_of
from mailgrid.hookspecs import Secret
from mailgrid.ledger.postgres.place import Place

__all__ = ["is_outage", "told", "unreachable"]

_AGAIN = "run the command again: what was recorded is kept"
#: SQLSTATE, or the class that it begins with (https://www.postgresql.org/docs/current/errcodes-appendix.html) → what is
#: wrong, and what to do.
_FAULTS = {
    "42501": (
        "this role may not do that",
        "give the role the rights that docs/ledger.md lists, or run this as the owner of the tables",
    ),
    "25006": ("the server takes no changes: it is a standby, or read-only", "give the URL of the primary server"),
    "53100": ("the server's disk is full", f"free some space and {_AGAIN}"),
    "53300": ("the server takes no more connections", "raise max_connections, or run fewer programs at once"),
    "55P03": ("another program keeps it locked", f"wait until that has ended, then {_AGAIN}"),
    "57P01": ("the server was shut down", f"when it is up again, {_AGAIN}"),
    "57P02": ("the server crashed", f"when it is up again, {_AGAIN}"),
    "57P03": ("the server is just starting", f"in a moment {_AGAIN}"),
    "42P01": ("its tables are gone", "restore them from a backup: they know who was already written to"),
    "XX001": ("the server found damaged data", "restore it from a backup; it knows who was already written to"),
    "40": ("two programs were in each other's way", _AGAIN),
    "08": ("the connection broke", _AGAIN),
}
_REASON = re.compile(r"^.*failed: (?:FATAL: +)?(.+)", re.MULTILINE)


@contextmanager
def told(place: Place) -> Iterator[None]:
    """Turn what PostgreSQL raises into a LedgerError about the ledger at `place`.

    PostgreSQL's own texts are not repeated, for they may hold a row's values.
    """
    try:
        yield
    except (UnicodeEncodeError, OverflowError, psycopg.DataError):
        hint = "look for broken characters in the source's keys and addresses"
        raise LedgerError(f"ledger {place.title}: a value cannot be stored", hint=hint) from None
    except psycopg.Error as error:
        state = error.sqlstate or "08"
        unknown = (f"the server refuses ({type(error).__name__}, {state})", "look into the server's log")
        reason, hint = _FAULTS.get(state) or _FAULTS.get(state[:2]) or unknown
        raise LedgerError(f"ledger {place.title}: {reason}", hint=hint) from None
    except LedgerError:
        raise
    except OSError as error:
        raise LedgerError(f"ledger {place.title}: {reason_of(error)}", hint=_AGAIN) from error


def is_outage(error: LedgerError) -> bool:
    """Tell whether it is the connection that broke, or the server that is away: then it is worth to try again."""
    cause = error.__context__
    # A session that stood still in a transaction was ended by the server.
    return isinstance(cause, psycopg.OperationalError | psycopg.errors.IdleInTransactionSessionTimeout)


def unreachable(place: Place, error: psycopg.Error) -> LedgerError:
    """Return the error of a connection that cannot be made: the library's own words, the password cut out."""
    found = _REASON.findall(str(error))
    reason = found[-1].strip() if found else "the server cannot be reached"
    reason = Secret(place.password).conceal_in(reason)
    hint = "look at the URL, at the network, and whether the server is up"
    if "password" in reason or "authentication" in reason:
        hint = "set PGPASSWORD, or write the password into ~/.pgpass"
    elif "certificate" in reason or "SSL" in reason:
        hint = "give `?sslrootcert=FILE` with the authority that signed the server's certificate, or another `sslmode`"
    return LedgerError(f"ledger {place.title}: {reason[0].lower()}{reason[1:]}", hint=hint)

"""The cluster's tables, beside those of the ledger and those of procrastinate, in one schema."""

from mailgrid.errors import LedgerError, MailgridError
from mailgrid.ledger.postgres.server import Server, ask

__all__ = ["FORMAT", "exist", "prepare"]

#: Grows when a database of today could not be used by the Mailgrid of yesterday.
FORMAT = 1

# A run is one `apply`; only one of a campaign is open at a time. The lease of a chunk is one of the ledger's. `due` is
# the moment, in seconds since 1970, before which nobody has to look at it. Its people stand in a table of their own, as
# text (JSON): a chunk's row, which changes with each beat, stays small.
_TABLES = """
CREATE TABLE cluster_version (number integer NOT NULL);
CREATE TABLE cluster_bundles (
    digest text PRIMARY KEY, content bytea NOT NULL, stored timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE cluster_runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign text NOT NULL, edition text NOT NULL, rehearsal boolean NOT NULL, version text NOT NULL,
    bundle text NOT NULL REFERENCES cluster_bundles, ledger integer NOT NULL, ledger_run bigint NOT NULL,
    since double precision NOT NULL, to_send bigint NOT NULL, spec json NOT NULL,
    ended timestamptz, ending text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX cluster_one_open_run ON cluster_runs (campaign, rehearsal) WHERE ended IS NULL;
CREATE TABLE cluster_chunks (
    run bigint NOT NULL REFERENCES cluster_runs ON DELETE CASCADE, number integer NOT NULL,
    limited boolean NOT NULL, size integer NOT NULL,
    done boolean NOT NULL DEFAULT false, due double precision NOT NULL DEFAULT 0, lease bigint, holder text,
    sent integer NOT NULL DEFAULT 0, failed integer NOT NULL DEFAULT 0, deferred integer NOT NULL DEFAULT 0,
    in_doubt integer NOT NULL DEFAULT 0, suppressed integer NOT NULL DEFAULT 0, story json NOT NULL DEFAULT '{}',
    PRIMARY KEY (run, number)
) WITH (fillfactor = 50);
CREATE TABLE cluster_people (
    run bigint NOT NULL, number integer NOT NULL, people json NOT NULL,
    PRIMARY KEY (run, number), FOREIGN KEY (run, number) REFERENCES cluster_chunks ON DELETE CASCADE
        DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE cluster_files (
    digest text PRIMARY KEY, content bytea NOT NULL, stored timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE cluster_enclosed (
    run bigint NOT NULL REFERENCES cluster_runs ON DELETE CASCADE, name text NOT NULL,
    digest text NOT NULL REFERENCES cluster_files, PRIMARY KEY (run, name)
);
CREATE INDEX cluster_enclosed_of_file ON cluster_enclosed (digest);
CREATE TABLE cluster_hosts (
    id text PRIMARY KEY, name text NOT NULL, version text NOT NULL,
    since timestamptz NOT NULL DEFAULT now(), beaten timestamptz NOT NULL DEFAULT now(),
    sent bigint NOT NULL DEFAULT 0, per_second real NOT NULL DEFAULT 0, troubles json NOT NULL DEFAULT '{}'
) WITH (fillfactor = 50);
"""
_VERSION = "SELECT number FROM cluster_version"
# Not `to_regclass`: it may still believe what was so before the lock was waited for.
_HERE = """
    SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'cluster_version' AND relnamespace = %s::regnamespace)
"""
#: Who makes the tables does it alone.
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' cluster', 0))"


def exist(server: Server) -> bool:
    """Tell whether the tables were made.

    Raises:
        LedgerError: that cannot be found out.
    """
    return server.rows(_HERE, (server.place.schema,)) == [(True,)]


def prepare(server: Server) -> None:
    """Make the tables where there are none, and see that they are of a kind that we know.

    Args:
        server: a database in which the ledger's tables are made.

    Raises:
        LedgerError: they cannot be made.
        MailgridError: they are of a newer Mailgrid.
    """
    if not exist(server):
        _make(server)
    ((version,),) = server.rows(_VERSION)
    if version > FORMAT:
        raise MailgridError(
            f"cluster {server.place.title}: made by a newer Mailgrid (version {version}, this one knows {FORMAT})",
            hint="upgrade Mailgrid on this machine",
        )


def _make(server: Server) -> None:
    from procrastinate.schema import SchemaManager

    try:
        with server.transaction() as connection:
            ask(connection, _ALONE)
            if ask(connection, _HERE, (server.place.schema,)).fetchone() == (False,):
                connection.execute(SchemaManager.get_schema().encode())
                connection.execute(_TABLES.encode())
                ask(connection, "INSERT INTO cluster_version VALUES (%s)", (FORMAT,))
    except LedgerError as error:
        raise LedgerError(
            f"the cluster's tables cannot be made: {error.message}",
            hint="let the owner of the database make them: `mailgrid worker URL --prepare`",
        ) from None

"""The ledger's tables in PostgreSQL: how they are made, and brought up to date."""

from collections.abc import Mapping

from mailgrid.errors import LedgerError, MailgridError
from mailgrid.ledger.postgres.server import Connection, Server, ask

__all__ = ["STEPS", "VERSION", "make", "version_of"]

#: version → what leads to it from the one before. A ledger that is made today is made at once as `_TABLES` says.
STEPS: Mapping[int, str] = {}
VERSION = 1

# `lease` stays where an attempt ends, and no index holds the state: so a result changes a row where it is, in the room
# that `fillfactor` leaves, and touches no index at all. What a dead holder left `sending` is found by its lease. The
# tables that grow with people have no REFERENCES: to look each of them up would cost more than to write the row.
#
# The last attempt that ended stands in its recipient's row, and there alone: most people have no other. It is put among
# the `attempts` before anything of it is written over; from then on the row is `filed`.
_TABLES = """
CREATE TABLE version (number integer NOT NULL);
CREATE TABLE ledgers (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign text NOT NULL, rehearsal boolean NOT NULL, id text NOT NULL, path text NOT NULL,
    bucket double precision NOT NULL DEFAULT 0,
    UNIQUE (campaign, rehearsal)
);
CREATE TABLE editions (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ledger integer NOT NULL REFERENCES ledgers, name text NOT NULL, key_expression text NOT NULL,
    UNIQUE (ledger, name)
);
CREATE TABLE leases (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ledger integer NOT NULL REFERENCES ledgers, holder text NOT NULL, chunk bigint,
    taken timestamptz NOT NULL DEFAULT now(), beaten timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    edition integer NOT NULL REFERENCES editions,
    transport text NOT NULL, to_send bigint NOT NULL, started double precision NOT NULL, ended double precision,
    sent bigint, failed bigint, deferred bigint, in_doubt bigint, exit integer
);
CREATE TABLE transports (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL UNIQUE);
CREATE TABLE recipients (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lease bigint NOT NULL DEFAULT 0,
    started double precision NOT NULL, first_attempt double precision, due double precision, time double precision,
    edition integer NOT NULL, transport integer,
    attempt integer NOT NULL, attempts integer NOT NULL DEFAULT 0, code integer NOT NULL DEFAULT 0,
    gave_up boolean NOT NULL DEFAULT false,
    key text COLLATE "C" NOT NULL, address text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL, origin text COLLATE "C", variant text NOT NULL DEFAULT '',
    enhanced text NOT NULL DEFAULT '', reply text NOT NULL DEFAULT '',
    message_id text NOT NULL, warning text NOT NULL DEFAULT '',
    run bigint, seconds double precision NOT NULL DEFAULT 0, filed boolean NOT NULL DEFAULT false,
    UNIQUE (edition, key)
) WITH (fillfactor = 60);
CREATE INDEX recipients_of_lease ON recipients (lease);
CREATE TABLE attempts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recipient bigint NOT NULL, run bigint,
    started double precision NOT NULL, time double precision NOT NULL, seconds double precision NOT NULL,
    attempt integer NOT NULL, code integer NOT NULL, transport integer,
    state text COLLATE "C" NOT NULL, enhanced text NOT NULL, reply text NOT NULL, warning text NOT NULL
);
CREATE INDEX attempts_of_recipient ON attempts (recipient);
CREATE FUNCTION keep_attempt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO attempts (
        recipient, run, attempt, state, code, enhanced, reply, started, time, seconds, warning, transport
    ) VALUES (
        OLD.id, OLD.run, OLD.attempts, OLD.state, OLD.code, OLD.enhanced, OLD.reply, OLD.started, OLD.time, OLD.seconds,
        OLD.warning, OLD.transport
    );
    RETURN NEW;
END $$;
CREATE TRIGGER keep_attempt BEFORE UPDATE OF started, time ON recipients
    FOR EACH ROW WHEN (OLD.attempts > 0 AND NOT OLD.filed) EXECUTE FUNCTION keep_attempt();
CREATE TABLE plans (
    ledger integer NOT NULL REFERENCES ledgers, id text NOT NULL,
    started double precision NOT NULL, finished double precision, by text NOT NULL,
    PRIMARY KEY (ledger, id)
);
CREATE TABLE buckets (transport text PRIMARY KEY, due bigint NOT NULL, wanted bigint NOT NULL) WITH (fillfactor = 20);
CREATE TABLE domains (
    rehearsal boolean NOT NULL, domain text COLLATE "C" NOT NULL, due bigint NOT NULL,
    wanted bigint NOT NULL DEFAULT 0, PRIMARY KEY (rehearsal, domain)
) WITH (fillfactor = 60);
CREATE TABLE quotas (
    transport text NOT NULL, ending bigint NOT NULL, used bigint NOT NULL, PRIMARY KEY (transport, ending)
) WITH (fillfactor = 20);
CREATE FUNCTION take_quota(
    name text, most bigint, wanted bigint, new_ending bigint, past double precision, future double precision,
    back bigint, back_ending bigint, unwritten bigint, OUT taken bigint, OUT endings bigint[], OUT counts bigint[]
) LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || ' quota ' || name, 0));
    UPDATE quotas SET used = greatest(0, used - back) WHERE transport = name AND ending = back_ending;
    DELETE FROM quotas WHERE transport = name AND (used = 0 OR ending <= past OR ending > future);
    UPDATE quotas AS q SET used = q.used - r.less FROM (
        SELECT ending, greatest(0, least(used, unwritten - (sum(used) OVER (ORDER BY ending) - used))) AS less
        FROM quotas WHERE transport = name
    ) AS r WHERE q.transport = name AND q.ending = r.ending AND r.less > 0;
    SELECT greatest(0, least(wanted, most - coalesce(sum(used), 0))) INTO taken FROM quotas WHERE transport = name;
    INSERT INTO quotas AS q (transport, ending, used) VALUES (name, new_ending, taken)
        ON CONFLICT (transport, ending) DO UPDATE SET used = q.used + excluded.used;
    SELECT array_agg(ending), array_agg(used) INTO endings, counts FROM quotas WHERE transport = name;
END $$;
CREATE TABLE suppressed (
    address text COLLATE "C" PRIMARY KEY, class text NOT NULL, reason text NOT NULL, since double precision NOT NULL,
    source text NOT NULL
);
CREATE TABLE forgotten (hash bytea PRIMARY KEY, since double precision NOT NULL);
CREATE TABLE revision (only_one boolean PRIMARY KEY CHECK (only_one), suppression bigint NOT NULL);
CREATE TABLE holders (
    campaign text NOT NULL, rehearsal boolean NOT NULL, holder text NOT NULL, since double precision NOT NULL,
    edition text, PRIMARY KEY (campaign, rehearsal)
);
CREATE TABLE wishes (
    campaign text NOT NULL, rehearsal boolean NOT NULL, run double precision NOT NULL, rate text NOT NULL,
    paused boolean NOT NULL, stopped boolean NOT NULL, PRIMARY KEY (campaign, rehearsal)
);
CREATE TABLE keys (name text PRIMARY KEY, value text NOT NULL);
"""
# Asked of the catalogue itself: `to_regclass` may believe what was so before a lock was waited for.
_HERE = """
    SELECT n.oid IS NOT NULL, coalesce(bool_or(relname = 'version'), false), count(c.oid)
    FROM (SELECT) AS one LEFT JOIN pg_namespace AS n ON nspname = %s
    LEFT JOIN pg_class AS c ON relnamespace = n.oid AND relkind = 'r' GROUP BY n.oid
"""
#: Who makes the tables, or changes them, does it alone.
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s || ' tables', 0))"


def version_of(server: Server, newest: int = VERSION) -> int:
    """Return the version of a ledger's tables; 0 where there are none yet. `newest` is the last that is known.

    Raises:
        LedgerError: the schema is another program's.
        MailgridError: they are of a newer version.
    """
    with server.connection() as connection:
        return _version(connection, server, newest)


def make(server: Server, steps: Mapping[int, str] = STEPS) -> None:
    """Make the tables where there are none, and bring older ones up to date, all or nothing; several may come at once.

    Raises:
        LedgerError: this role may not, or the schema is another program's.
        MailgridError: they are of a newer version.
    """
    newest = max(steps, default=VERSION)
    if version_of(server, newest) == newest:
        return
    schema = server.place.schema
    with server.transaction() as connection:
        ask(connection, _ALONE, (schema,))
        version = _version(connection, server, newest)
        if not version:
            if ask(connection, _HERE, (schema,)).fetchone() == (False, False, 0):
                ask(connection, f"CREATE SCHEMA {schema}")
            ask(connection, _TABLES)
            ask(connection, "INSERT INTO version VALUES (%s)", (VERSION,))
            version = VERSION
        for number in range(version + 1, newest + 1):
            ask(connection, steps[number])
        ask(connection, "UPDATE version SET number = %s", (newest,))


def _version(connection: Connection, server: Server, newest: int) -> int:
    place = server.place
    _, made, tables = ask(connection, _HERE, (place.schema,)).fetchone() or (False, False, 0)
    if not made:
        if tables:
            raise LedgerError(
                f"ledger {place.title}: the schema `{place.schema}` holds another program's tables",
                hint="give one of its own: `?schema=NAME` at the end of the URL",
            )
        return 0
    row = ask(connection, "SELECT number FROM version").fetchone()
    version = int(row[0]) if row else 0
    if version > newest:
        raise MailgridError(
            f"ledger {place.title}: written by a newer Mailgrid (version {version}, this one knows {newest})",
            hint="upgrade Mailgrid on this machine",
        )
    return version

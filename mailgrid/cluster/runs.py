"""Runs: each `apply` that many hosts carry out, and the bundles that they need for it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mailgrid.cluster.bundle import digest_of
from mailgrid.errors import MailgridError
from mailgrid.ledger.postgres.server import Server, ask
from mailgrid.planning.plan import StopRule

__all__ = ["Run", "Runs", "Spec"]

#: How long a run that is over stays to be looked at, in seconds. It holds counts, and no people any more.
_KEPT = 7 * 86_400.0
_COLUMNS = (
    "id", "campaign", "edition", "rehearsal", "version", "bundle", "ledger", "ledger_run", "since", "to_send",
)  # fmt: skip
_SELECT = "SELECT @columns, spec FROM cluster_runs".replace("@columns", ", ".join(_COLUMNS))
#: Who drops what is not needed any more does it alone.
_ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended(current_schema() || ' forget', 0))"
_UNENCLOSED = "DELETE FROM cluster_enclosed WHERE run IN (SELECT id FROM cluster_runs WHERE ended IS NOT NULL)"
# Of what nobody has named for an hour only that is dropped which nobody is just naming: who holds the rows waits for
# nobody, and finds with the next statement who has named them meanwhile.
_UNUSED = """
    SELECT digest FROM @table AS kept WHERE stored < now() - interval '1 hour'
    AND NOT EXISTS (SELECT 1 FROM @users) FOR UPDATE OF kept SKIP LOCKED
"""
_DROP = "DELETE FROM @table AS kept WHERE digest = ANY(%s) AND NOT EXISTS (SELECT 1 FROM @users)"
#: What is kept by its digest, and who needs it.
_KEPT_FOR = {
    "cluster_bundles": "cluster_runs AS r WHERE r.bundle = kept.digest",
    "cluster_files": "cluster_enclosed AS e WHERE e.digest = kept.digest",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What hosts have to know beside the bundle; it holds no secret.

    Args:
        now: the moment that conditions and templates go by, as RFC 3339.
        variables: what replaced `let` values.
        plugins: distributions whose plugins the campaign needs.
        env: the environment of `mailgrid.toml`.
        key: the column that people are told apart by, or `address`.
        transport: the transports in words; a host to which they are others has another environment.
        columns: those of the source, each with its type (empty: untyped text).
        dates: how the source writes dates, empty where it does not say.
        decimal: what its numbers have for a decimal point.
        kept: those that the templates need, in the order in which people's cells stand.
        rate: in place of the campaign's own, as it was written; empty for that.
        wait: whether those who were deferred are tried again in this run.
        stop: when so much fails, the run ends, though its coordinator may be gone; None: never.
    """

    now: str
    variables: Mapping[str, str]
    plugins: tuple[str, ...]
    env: str
    key: str
    transport: str
    columns: tuple[tuple[str, str], ...]
    kept: tuple[str, ...]
    dates: str = ""
    decimal: str = "."
    rate: str = ""
    wait: bool = True
    stop: StopRule | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as the database keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Spec":
        """Return what `as_json` gave."""
        columns = tuple((str(name), str(kind)) for name, kind in document["columns"])
        lists = {name: tuple(document[name]) for name in ("plugins", "kept")}
        stop = StopRule(**document["stop"]) if document["stop"] else None
        return cls(**{**document, **lists, "columns": columns, "stop": stop})


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One `apply` of one campaign: `id` is its number here, `ledger_run` that in the ledger numbered `ledger`.

    `version` is that of the coordinator's Mailgrid, `bundle` a digest; `since`, in seconds since 1970, is by what those
    know it who steer it.
    """

    id: int
    campaign: str
    edition: str
    rehearsal: bool
    version: str
    bundle: str
    ledger: int
    ledger_run: int
    since: float
    to_send: int
    spec: Spec


class Runs:
    """The runs in a database. Every method raises LedgerError where that cannot be read or written."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def keep(self, packed: bytes) -> str:
        """Keep a bundle, once however many runs use it, and return its digest."""
        digest = digest_of(packed)
        insert = "INSERT INTO cluster_bundles (digest, content) VALUES (%s, %s) ON CONFLICT (digest) DO UPDATE"
        with self._server.connection() as connection:
            ask(connection, f"{insert} SET stored = now()", (digest, packed))
        return digest

    def bundle(self, digest: str) -> bytes:
        """Return a bundle's bytes, as they are in the database: whoever uses them makes sure that they are right.

        Raises:
            MailgridError: it is not there.
        """
        found = self._server.rows("SELECT content FROM cluster_bundles WHERE digest = %s", (digest,))
        if not found:
            raise MailgridError("the bundle of this run is gone", hint="apply the campaign again")
        return bytes(found[0][0])

    def open(self) -> list[Run]:
        """Return the runs that are not over, oldest first."""
        return self._found("WHERE ended IS NULL ORDER BY id")

    def of(self, campaign: str, *, rehearsal: bool) -> Run | None:
        """Return the run of a campaign that is not over; None where there is none."""
        found = self._found("WHERE ended IS NULL AND campaign = %s AND rehearsal = %s", campaign, rehearsal)
        return found[0] if found else None

    def ending(self, run: int) -> str | None:
        """Return why a run has ended, empty where everybody is done; None while it goes on."""
        found = self._server.rows("SELECT ending FROM cluster_runs WHERE id = %s AND ended IS NOT NULL", (run,))
        return str(found[0][0]) if found else None

    def end(self, run: int, why: str = "") -> bool:
        """End a run, and drop its people; say whether that was to be done yet.

        Args:
            run: which.
            why: what ended it before its time; empty where everybody is done.
        """
        with self._server.transaction() as connection:
            sql = "UPDATE cluster_runs SET ended = now(), ending = %s WHERE id = %s AND ended IS NULL"
            ended = ask(connection, sql, (why, run)).rowcount == 1
            ask(connection, "DELETE FROM cluster_people WHERE run = %s", (run,))
            return ended

    def forget(self, seconds: float = _KEPT) -> None:
        """Drop what is known of runs that ended so long ago, and the bundles and files that none needs any more."""
        with self._server.transaction() as connection:
            if ask(connection, _ALONE).fetchone() == (False,):
                return
            sql = "DELETE FROM cluster_runs WHERE ended < now() - make_interval(secs => %s)"
            ask(connection, sql, (seconds,))
            ask(connection, _UNENCLOSED)
            for table, users in _KEPT_FOR.items():
                unused, drop = (sql.replace("@table", table).replace("@users", users) for sql in (_UNUSED, _DROP))
                ask(connection, drop, ([digest for (digest,) in ask(connection, unused)],))

    def _found(self, where: str, *values: object) -> list[Run]:
        rows = self._server.rows(f"{_SELECT} {where}", values)
        return [Run(**dict(zip(_COLUMNS, row, strict=False)), spec=Spec.from_json(row[-1])) for row in rows]

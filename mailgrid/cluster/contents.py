"""Contents: what is in the files that differ from person to person, each once, whoever gets it under whatever name."""

from collections.abc import Mapping

from mailgrid.cluster.bundle import digest_of
from mailgrid.ledger.postgres.server import Connection, Server, ask

__all__ = ["Contents"]

_STORE = """
    INSERT INTO cluster_files (digest, content) SELECT * FROM unnest(%s::text[], %s::bytea[]) ON CONFLICT DO NOTHING
"""
# A row that is locked so stays where it is until the end of the transaction; many may lock it so at once.
_NAME = """
    INSERT INTO cluster_enclosed (run, name, digest)
    SELECT %s, new.name, found.digest
    FROM unnest(%s::text[], %s::text[]) AS new (name, digest),
        LATERAL (SELECT digest FROM cluster_files AS f WHERE f.digest = new.digest FOR KEY SHARE) AS found
    ON CONFLICT (run, name) DO UPDATE SET digest = excluded.digest RETURNING name
"""


class Contents:
    """The contents in a database.

    They are stored in short transactions of their own, in the order of their digests, and a run's long transaction only
    names them: so two runs that store the same ones never wait for each other in a circle. What is named is kept from
    being dropped; what was stored and not named, because a process died, is dropped when it is an hour old.

    Args:
        server: the database.
    """

    def __init__(self, server: Server) -> None:
        self._server = server

    def keep(self, connection: Connection, run: int, files: Mapping[str, bytes]) -> None:
        """Keep files of a run.

        Args:
            connection: in the transaction that writes the run down.
            run: its number.
            files: what is in them, by name.

        Raises:
            LedgerError: they cannot be stored.
        """
        left = {name: digest_of(content) for name, content in files.items()}
        while left:
            # What others have stored is not sent again. What they drop at this moment is waited for, and is gone then.
            rows = ask(connection, _NAME, (run, list(left), list(left.values())))
            named = {name for (name,) in rows}
            left = {name: digest for name, digest in left.items() if name not in named}
            self._store({digest: files[name] for name, digest in left.items()})

    def _store(self, contents: Mapping[str, bytes]) -> None:
        if contents:
            digests = sorted(contents)
            with self._server.connection() as connection:
                ask(connection, _STORE, (digests, [contents[digest] for digest in digests]))

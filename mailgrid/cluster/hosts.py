"""Hosts: who takes part, how fast each sends, and what keeps it from sending."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from mailgrid.ledger.postgres.leases import STALL
from mailgrid.ledger.postgres.server import Server, ask

__all__ = ["Host", "Hosts"]

_BEAT = """
    INSERT INTO cluster_hosts (id, name, version, sent, per_second, troubles) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET
        beaten = now(), sent = excluded.sent, per_second = excluded.per_second, troubles = excluded.troubles
    RETURNING (SELECT count(*) FROM cluster_hosts WHERE beaten > clock_timestamp() - make_interval(secs => %s))
"""
_LIST = """
    SELECT id, name, version, sent, per_second, troubles, (SELECT count(*) FROM cluster_chunks WHERE holder = id)
    FROM cluster_hosts WHERE beaten > clock_timestamp() - make_interval(secs => %s) ORDER BY name, since
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A worker's process: what it is called, how many messages it sent since it began, and how many a second lately.

    `troubles` says of a run, by its number, why this host does not send it. `chunks` are those that it has now.
    """

    id: str
    name: str
    version: str
    sent: int = 0
    per_second: float = 0.0
    troubles: Mapping[int, str] = field(default_factory=dict)
    chunks: int = 0


class Hosts:
    """The hosts of a database. Every method raises LedgerError where that cannot be read or written."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def beat(self, host: Host) -> int:
        """Say that a host is alive, and how it is; return how many there are."""
        troubles = json.dumps(dict(host.troubles))
        values = (host.id, host.name, host.version, host.sent, host.per_second, troubles, STALL)
        ((alive,),) = self._server.rows(_BEAT, values)
        return max(1, int(alive))  # of a host that is new the statement itself does not know yet

    def leave(self, host: str) -> None:
        """Say that a host has ended, by its id."""
        with self._server.connection() as connection:
            ask(connection, "DELETE FROM cluster_hosts WHERE id = %s", (host,))

    def alive(self) -> list[Host]:
        """Return those that were heard of lately, by name."""
        return [
            Host(
                id=id_,
                name=name,
                version=version,
                sent=sent,
                per_second=per_second,
                troubles={int(run): trouble for run, trouble in troubles.items()},
                chunks=chunks,
            )
            for id_, name, version, sent, per_second, troubles, chunks in self._server.rows(_LIST, (STALL,))
        ]

    def forget(self) -> None:
        """Drop those that were not heard of for a day."""
        with self._server.connection() as connection:
            ask(connection, "DELETE FROM cluster_hosts WHERE beaten < now() - interval '1 day'")

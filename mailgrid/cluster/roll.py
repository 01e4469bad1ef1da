"""Roll: writes down whom a run is to write to, in chunks; all of it or nothing."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from mailgrid.cluster.chunk import Member, to_document
from mailgrid.cluster.contents import Contents
from mailgrid.cluster.enclosed import Enclosed
from mailgrid.cluster.runs import Run, Spec
from mailgrid.ledger.postgres.server import Connection, Server, ask
from mailgrid.ledger.store import Known
from mailgrid.pipeline.audience import Audience
from mailgrid.value import value

__all__ = ["Roll"]

_BATCH = 5000
_COPY = b"COPY cluster_people (run, number, people) FROM STDIN"
_COPY_CHUNKS = b"COPY cluster_chunks (run, number, limited, size) FROM STDIN"
_RUN = """
    INSERT INTO cluster_runs (campaign, edition, rehearsal, version, bundle, ledger, ledger_run, since, to_send, spec)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""


@value
class Roll:
    """An audience on its way into the database.

    Args:
        audience: gathered.
        known: the ledger, which knows what became of them in earlier runs.
        limited: says whether an address belongs to a domain that has a limit: those are in chunks of their own, so
            that they hold back nobody else.
        size: so many people a chunk.
        enclosed: the files that differ from person to person; None: there are none.
    """

    audience: Audience
    known: Known
    limited: Callable[[str], bool]
    size: int
    enclosed: Enclosed | None = None

    def __call__(self, server: Server, run: Run) -> Run:
        """Write it down, and return the run with its number.

        Raises:
            MailgridError: a cell or a file cannot be handed on.
            LedgerError: it cannot be written.
        """
        with server.transaction() as connection:
            fields = (run.campaign, run.edition, run.rehearsal, run.version, run.bundle, run.ledger, run.ledger_run)
            values = (*fields, run.since, run.to_send, json.dumps(run.spec.as_json()))
            row = ask(connection, _RUN, values).fetchone()
            assert row is not None
            number = int(row[0])
            if self.enclosed is not None:
                self.enclosed.keep(Contents(server), connection, number, self.audience.everybody())
            sizes = self._copy_people(connection, number, run.spec)
            with connection.cursor() as cursor, cursor.copy(_COPY_CHUNKS) as copy:
                for place, (limited, size) in enumerate(sizes, 1):
                    copy.write_row((number, place, limited, size))
        return replace(run, id=number)

    def _copy_people(self, connection: Connection, run: int, spec: Spec) -> list[tuple[bool, int]]:
        """Copy the chunks' people, and return of each chunk whether it is limited, and how many they are."""
        sizes: list[tuple[bool, int]] = []
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for limited, members in self._chunks():
                sizes.append((limited, len(members)))
                document = json.dumps(to_document(members, spec.kept), separators=(",", ":"))
                copy.write_row((run, len(sizes), document))
        return sizes

    def _chunks(self) -> Iterator[tuple[bool, list[Member]]]:
        """Yield the chunks: in each there are either people of limited domains, or none of those."""
        filling: dict[bool, list[Member]] = {False: [], True: []}
        for member in self._members():
            limited = self.limited(member.person.recipient.address)
            filling[limited].append(member)
            if len(filling[limited]) == self.size:
                yield limited, filling[limited]
                filling[limited] = []
        yield from ((limited, members) for limited, members in filling.items() if members)

    def _members(self) -> Iterator[Member]:
        people = self.audience.everybody()
        while batch := list(islice(people, _BATCH)):
            known = self.known.states([person.recipient.key for person in batch])
            for person in batch:
                entry = known.get(person.recipient.key)
                yield Member(person, entry.time if entry else None)

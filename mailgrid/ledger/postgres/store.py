"""PostgresStore: the ledger of one mailing in a database that several machines share."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from operator import attrgetter
from pathlib import Path

from mailgrid.errors import LedgerError
from mailgrid.hookspecs import Counts
from mailgrid.ledger.plans import PlanUse
from mailgrid.ledger.postgres import identity as identities
from mailgrid.ledger.postgres import statements
from mailgrid.ledger.postgres.leases import NOBODYS, hold, recover
from mailgrid.ledger.postgres.server import Connection, Row, Server, ask
from mailgrid.ledger.rows import agree, entry_of, parted, run_of, storable
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Attempt, Entry, Identity, Intent, Result, Run

__all__ = ["PostgresStore"]

_BATCH = 5000  # keys in one query
_STATES = {state.value: state for state in State}


class PostgresStore:
    """A `Store` in PostgreSQL.

    Whoever writes does it under a lease: a result counts only where the attempt that it ends was begun under the same
    one, and nothing is begun any more when the lease is gone. So of two who believe to have the same recipients only
    one can write to them, whatever was frozen, killed or cut off meanwhile.

    Args:
        server: where the tables are, made.
        identity: which mailing.
        rehearsal: whether it is that of rehearsals.
        root: the folder that campaign files' paths start from.
        write: whether to note the mailing where it is new, and to record.
        lease: returns the lease that it writes under, of a ledger by its number; by default it writes under none,
            where nobody else can be writing.

    Raises:
        LedgerError: it cannot be opened.
        MailgridError: the ledger is about another campaign file (MG608) or other keys (MG607).
    """

    def __init__(
        self,
        server: Server,
        identity: Identity,
        *,
        rehearsal: bool,
        root: Path,
        write: bool,
        lease: Callable[[Connection, int], int] = lambda _connection, _ledger: NOBODYS,
    ) -> None:
        self._server = server
        self._write = write
        self._run: int | None = None
        self._transports: dict[str, int | None] = {"": None}
        with server.transaction() as connection:
            identities.check(connection, identity, root, rehearsal=rehearsal)
            if write:
                identities.adopt(connection, identity, rehearsal=rehearsal)
            self._ledger, self._id, self._edition = identities.numbers(connection, identity, rehearsal=rehearsal)
            self._lease = lease(connection, self._ledger) if write else NOBODYS

    @property
    def id(self) -> str:
        """The ledger's own random name, short hex; empty while there is no ledger yet."""
        return self._id

    # ---- reading -------------------------------------------------------------------------------------------------

    def states(self, keys: Sequence[str]) -> dict[str, Entry]:
        """Return what is known about these keys."""
        with self._server.connection() as connection:
            return self._states(connection, keys)

    def _states(self, connection: Connection, keys: Sequence[str]) -> dict[str, Entry]:
        known: dict[str, Entry] = {}
        for start in range(0, len(keys), _BATCH):
            values = (self._edition, list(keys[start : start + _BATCH]))
            known.update((row[0], entry_of(row)) for row in ask(connection, statements.ENTRIES_OF_KEYS, values))
        return known

    def entry(self, key: str) -> Entry | None:
        """Return what is known about one key."""
        return self.states([key]).get(key)

    def entries(self, states: Collection[State] | None = None) -> Iterator[Entry]:
        """Go through the recipients, in the order in which they were first tried."""
        wanted = [state.value for state in (State if states is None else states)]
        for row in self._server.stream(statements.ENTRIES, (self._edition, wanted)):
            yield entry_of(row)

    def find(self, address: str) -> list[Entry]:
        """Return who has this address, in whatever case, or this key."""
        return [
            entry_of(row) for row in self._server.rows(statements.ENTRIES_OF_ADDRESS, (self._edition, address, address))
        ]

    def attempts(self, key: str) -> list[Attempt]:
        """Return the attempts for one key, oldest first."""
        rows = self._server.rows(statements.ATTEMPTS, (self._edition, key))
        return [Attempt(number, _STATES[state], *rest) for number, state, *rest in rows]

    def counts(self) -> Mapping[State, int]:
        """Return how many recipients are in each state, every state named."""
        rows = self._server.rows(statements.COUNTS, (self._edition,))
        return dict.fromkeys(State, 0) | {_STATES[state]: count for state, count in rows}

    def tried_since(self, moment: float, width: int) -> Mapping[int, int]:
        """Count the campaign's attempts since a moment, in all editions, by when they began in units of `width` s."""
        return dict(self._server.rows(statements.TRIED_SINCE, (self._ledger, width, moment)))

    def runs(self) -> list[Run]:
        """Return every `apply`, oldest first."""
        return [run_of(row) for row in self._server.rows(statements.RUNS, (self._edition,))]

    def untried(self, run: Run) -> int:
        """Return how many of those whom the last run was to write to it did not come to."""
        ((tried,),) = self._server.rows(statements.TRIED, (self._edition, run.started))
        return max(0, run.to_send - int(tried))

    def plan_use(self, plan: str) -> PlanUse | None:
        """Return what is known about a saved plan; None where it was never begun."""
        query = "SELECT id, started, finished, by FROM plans WHERE ledger = %s AND id = %s"
        rows = self._server.rows(query, (self._ledger, plan))
        return PlanUse(*rows[0]) if rows else None

    def bucket(self) -> float:
        """Return the state of the campaign's token bucket; 0 before the first message."""
        rows = self._server.rows("SELECT bucket FROM ledgers WHERE number = %s", (self._ledger,))
        return float(rows[0][0]) if rows else 0.0

    # ---- writing -------------------------------------------------------------------------------------------------

    def write(self, intents: Sequence[Intent], results: Sequence[Result], bucket: float | None = None) -> None:
        """Record intents and results in one transaction: durable when this returns, or nothing of it happened."""
        self._refuse_reader()
        with self._server.transaction() as connection:
            hold(connection, self._lease)
            before, after = parted(partial(self._states, connection), intents, results)
            self._end(connection, before)
            self._begin(connection, intents)
            self._end(connection, after)
            if bucket is not None:
                ask(connection, "UPDATE ledgers SET bucket = %s WHERE number = %s", (bucket, self._ledger))

    def recover(self) -> int:
        """Turn what dead holders of leases left `SENDING`, in whatever edition, into `IN_DOUBT`; return how many."""
        with self._server.transaction() as connection:
            return recover(connection, self._ledger, self._lease)

    def resolve(self, keys: Sequence[str], *, sent: bool, now: float) -> None:
        """Settle keys that are `IN_DOUBT`: as `SENT`, or else as `PENDING`; all of them or, with LedgerError, none."""
        with self._server.transaction() as connection:
            sql = statements.FIND if sent else statements.MISS
            changed = ask(connection, sql, (now, self._edition, list(keys))).rowcount
            agree(changed, len(keys), "keys are not in doubt")

    def adopt(self, people: Sequence[tuple[str, str]], source: str, now: float) -> None:
        """Record people, key and address, as `SENT` by another program; all of them or, with LedgerError, none."""
        what = "people have it already, or are just being sent it"
        keys = [key for key, _ in people]
        agree(len(set(keys)), len(keys), what)
        with self._server.transaction() as connection:
            values = (self._edition, source, now, now, keys, [address for _, address in people])
            agree(ask(connection, statements.ADOPT, values).rowcount, len(people), what)

    def begin_run(self, transport: str, to_send: int, now: float) -> int:
        """Note that an `apply` begins, and return its number; attempts belong to it from now on."""
        sql = "INSERT INTO runs (edition, transport, to_send, started) VALUES (%s, %s, %s, %s) RETURNING id"
        ((run,),) = self._server.rows(sql, (self._edition, transport, to_send, now))
        self._run = int(run)
        return self._run

    def end_run(self, run: int, counts: Counts, exit_code: int, now: float) -> None:
        """Note how an `apply` ended."""
        row = (now, exit_code, counts.sent, counts.failed, counts.deferred, counts.in_doubt, run)
        self._change(statements.END_RUN, row)

    def begin_plan(self, plan: str, by: str, now: float) -> None:
        """Note that a saved plan is carried out; one that goes on keeps when it began."""
        sql = "INSERT INTO plans (ledger, id, started, by) VALUES (%s, %s, %s, %s)"
        self._change(f"{sql} ON CONFLICT (ledger, id) DO UPDATE SET by = excluded.by", (self._ledger, plan, now, by))

    def finish_plan(self, plan: str, now: float) -> None:
        """Note that nothing of a saved plan is left to do."""
        sql = "UPDATE plans SET finished = %s WHERE ledger = %s AND id = %s AND finished IS NULL"
        self._change(sql, (now, self._ledger, plan))

    def set_bucket(self, value: float) -> None:
        """Save the state of the campaign's token bucket."""
        self.write((), (), bucket=value)

    def close(self) -> None:
        """Give back what is held. May be called twice."""

    # ---- how -----------------------------------------------------------------------------------------------------

    def _change(self, sql: str, values: Sequence[object]) -> None:
        with self._server.connection() as connection:
            ask(connection, sql, values)

    def _refuse_reader(self) -> None:
        if not self._write:
            raise LedgerError(f"ledger {self._server.place.title}: it was opened read-only")

    def _begin(self, connection: Connection, intents: Sequence[Intent]) -> None:
        if not intents:
            return
        what = "messages may not be sent now"
        agree(len({intent.key for intent in intents}), len(intents), what)
        keys, addresses, ids, attempts, times = _columns(intents, "key", "address", "message_id", "attempt", "time")
        through = [self._transport(connection, intent.transport) for intent in intents]
        variants = [intent.variant for intent in intents]
        values = (self._edition, self._lease, keys, addresses, ids, attempts, times, through, variants)
        agree(ask(connection, statements.INTEND, values).rowcount, len(intents), what)

    def _transport(self, connection: Connection, title: str) -> int | None:
        """Return the number that stands for a transport."""
        if title not in self._transports:
            row = ask(connection, statements.TRANSPORT, (title, title)).fetchone()
            self._transports[title] = row[0] if row else None
        return self._transports[title]

    def _end(self, connection: Connection, results: Sequence[Result]) -> None:
        """Record results, by what they do to a row: end the attempt, undo it, or replace it."""
        tried = [each for each in results if each.state not in {State.PENDING, State.SUPPRESSED}]
        suppressed = [each for each in results if each.state is State.SUPPRESSED]
        unsent = [each.key for each in results if each.state is State.PENDING]
        mine = (self._edition, self._lease)
        changed = 0
        if tried:
            changed += ask(connection, statements.RESULT, (self._run, *_outcomes(tried), *mine)).rowcount
        if suppressed:
            keys, times = _columns(suppressed, "key", "time")
            warnings = [_text(each.warning) for each in suppressed]
            changed += ask(connection, statements.SPARE, (*mine, keys)).rowcount
            changed += ask(connection, statements.SUPPRESS, (keys, times, warnings, *mine)).rowcount
        if unsent:
            changed += ask(connection, statements.FORGET, (*mine, unsent)).rowcount
            changed += ask(connection, statements.RESTORE, (*mine, unsent)).rowcount
        agree(changed, len(results), "results are for messages that are not being sent")


def _columns(values: Sequence[object], *names: str) -> list[list[object]]:
    """Return the fields of values, one list a field."""
    return [list(map(attrgetter(name), values)) for name in names]


def _text(text: str) -> str:
    """Write out what PostgreSQL keeps in no text."""
    return storable(text).replace("\0", "\\x00")


def _outcomes(results: Sequence[Result]) -> list[list[object]]:
    rows: list[Row] = [
        (
            r.key,
            r.state.value,
            r.code,
            r.enhanced,
            _text(r.reply),
            r.time,
            r.due,
            r.gave_up,
            _text(r.warning),
            r.seconds,
        )
        for r in results
    ]
    return [list(column) for column in zip(*rows, strict=True)]

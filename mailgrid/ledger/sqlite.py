"""SqliteStore: the ledger in an SQLite file, one a campaign."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from mailgrid.hookspecs import Counts
from mailgrid.ledger import identity as identities
from mailgrid.ledger import plans, schema, statements
from mailgrid.ledger.faults import told
from mailgrid.ledger.rows import agree, entry_of, parted, run_of, storable
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Attempt, Entry, Identity, Intent, Result, Run

__all__ = ["SqliteStore"]

_T = TypeVar("_T")
_BATCH = 500  # keys in one query
_BLOCKS = (32, 8, 1)  # rows in one statement: few different ones, which SQLite keeps prepared; a window has 32
_STATES = {state.value: state for state in State}
_WORDS = {state: word for word, state in _STATES.items()}  # `value` itself is a call of Python


class SqliteStore:
    """A `Store` in one SQLite file.

    Writing goes through one connection with a write-ahead log and full sync: a commit survives a power cut. It may
    be used by one thread at a time, any thread.

    Args:
        path: the file; for reading it need not exist.
        identity: which mailing.
        root: the folder that campaign files' paths start from.
        write: whether to make it where it is missing, and to record; else it is opened read-only.

    Raises:
        LedgerError: it cannot be opened.
        MailgridError: the ledger is about another campaign file (MG608) or other keys (MG607).
    """

    def __init__(self, path: Path, identity: Identity, *, root: Path, write: bool) -> None:
        self._path = path
        self._run: int | None = None
        with told(path):
            self._connection = schema.open_writer(path) if write else schema.open_reader(path)
            try:
                self._open(identity, root, write=write)
            except BaseException:
                self._connection.close()
                raise

    def _open(self, identity: Identity, root: Path, *, write: bool) -> None:
        identities.check(self._connection, identity, root)
        if write:
            with self._transaction():
                identities.adopt(self._connection, identity)
        query = "SELECT id FROM editions WHERE name = ?"
        self._edition: int = self._value(query, (identity.edition,), default=0)
        self._id: str = self._value("SELECT id FROM meta", (), default="")

    @property
    def id(self) -> str:
        """The ledger's own random name, short hex; empty while there is no ledger yet."""
        return self._id

    # ---- reading -------------------------------------------------------------------------------------------------

    def states(self, keys: Sequence[str]) -> dict[str, Entry]:
        """Return what is known about these keys."""
        if not self._rows("SELECT 1 FROM recipients WHERE edition = ? LIMIT 1", (self._edition,)):
            return {}
        known: dict[str, Entry] = {}
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            sql = statements.with_keys(statements.ENTRIES_OF_KEYS, len(batch))
            known.update((row[0], entry_of(row)) for row in self._rows(sql, (self._edition, *batch)))
        return known

    def entry(self, key: str) -> Entry | None:
        """Return what is known about one key."""
        return self.states([key]).get(key)

    def entries(self, states: Collection[State] | None = None) -> Iterator[Entry]:
        """Go through the recipients, in the order in which they were first tried."""
        wanted = [state.value for state in (State if states is None else states)]
        sql = statements.with_keys(statements.ENTRIES_IN_STATES, len(wanted))
        with told(self._path):
            for row in self._connection.execute(sql, (self._edition, *wanted)):
                yield entry_of(row)

    def find(self, address: str) -> list[Entry]:
        """Return who has this address, in whatever case, or this key."""
        rows = self._rows(statements.ENTRIES_OF_ADDRESS, (self._edition, address, address))
        return [entry_of(row) for row in rows]

    def attempts(self, key: str) -> list[Attempt]:
        """Return the attempts for one key, oldest first."""
        rows = self._rows(statements.ATTEMPTS, (self._edition, key))
        return [Attempt(number, _STATES[state], *rest) for number, state, *rest in rows]

    def counts(self) -> Mapping[State, int]:
        """Return how many recipients are in each state, every state named."""
        rows = self._rows(statements.COUNTS, (self._edition,))
        return dict.fromkeys(State, 0) | {_STATES[state]: count for state, count in rows}

    def tried_since(self, moment: float, width: int) -> Mapping[int, int]:
        """Count the campaign's attempts since a moment, in all editions, by when they began in units of `width` s."""
        return dict(self._rows(statements.TRIED_SINCE, (width, moment)))

    def runs(self) -> list[Run]:
        """Return every `apply`, oldest first."""
        return [run_of(row) for row in self._rows(statements.RUNS, (self._edition,))]

    def untried(self, run: Run) -> int:
        """Return how many of those whom the last run was to write to it did not come to."""
        with told(self._path):
            return max(0, run.to_send - self._value(statements.TRIED, (self._edition, run.started), default=0))

    def plan_use(self, plan: str) -> plans.PlanUse | None:
        """Return what is known about a saved plan; None where it was never begun."""
        with told(self._path):
            return plans.use(self._connection, plan)

    def bucket(self) -> float:
        """Return the state of the campaign's token bucket; 0 before the first message."""
        with told(self._path):
            return self._value("SELECT bucket FROM meta", (), default=0.0)

    # ---- writing -------------------------------------------------------------------------------------------------

    def write(self, intents: Sequence[Intent], results: Sequence[Result], bucket: float | None = None) -> None:
        """Record intents and results in one transaction: durable when this returns, or nothing of it happened."""
        with told(self._path), self._transaction():
            before, after = parted(self.states, intents, results)
            self._end(before)
            self._begin(intents)
            self._end(after)
            if bucket is not None:
                self._connection.execute("UPDATE meta SET bucket = ?", (bucket,))

    def recover(self) -> int:
        """Turn what a crashed run left `SENDING`, in whatever edition, into `IN_DOUBT`; return how many."""
        with told(self._path), self._transaction():
            return self._connection.execute(statements.CRASH).rowcount

    def resolve(self, keys: Sequence[str], *, sent: bool, now: float) -> None:
        """Settle keys that are `IN_DOUBT`: as `SENT`, or else as `PENDING`; all of them or, with LedgerError, none."""
        with told(self._path), self._transaction():
            rows = [(now, self._edition, key) for key in keys]
            changed = self._many(statements.FIND if sent else statements.MISS, rows)
            agree(changed, len(keys), "keys are not in doubt")

    def adopt(self, people: Sequence[tuple[str, str]], source: str, now: float) -> None:
        """Record people, key and address, as `SENT` by another program; all of them or, with LedgerError, none."""
        with told(self._path), self._transaction():
            rows = [(self._edition, key, address, source, now, now) for key, address in people]
            agree(self._many(statements.ADOPT, rows), len(rows), "people have it already, or are just being sent it")

    def begin_run(self, transport: str, to_send: int, now: float) -> int:
        """Note that an `apply` begins, and return its number; attempts belong to it from now on."""
        sql = "INSERT INTO runs (edition, transport, to_send, started) VALUES (?, ?, ?, ?)"
        with told(self._path), self._transaction():
            run = self._connection.execute(sql, (self._edition, transport, to_send, now)).lastrowid or 0
        self._run = run
        return run

    def end_run(self, run: int, counts: Counts, exit_code: int, now: float) -> None:
        """Note how an `apply` ended."""
        sql = "UPDATE runs SET ended = ?, exit = ?, sent = ?, failed = ?, deferred = ?, in_doubt = ? WHERE id = ?"
        row = (now, exit_code, counts.sent, counts.failed, counts.deferred, counts.in_doubt, run)
        with told(self._path), self._transaction():
            self._connection.execute(sql, row)

    def begin_plan(self, plan: str, by: str, now: float) -> None:
        """Note that a saved plan is carried out; one that goes on keeps when it began."""
        with told(self._path), self._transaction():
            plans.begin(self._connection, plan, by, now)

    def finish_plan(self, plan: str, now: float) -> None:
        """Note that nothing of a saved plan is left to do."""
        with told(self._path), self._transaction():
            plans.finish(self._connection, plan, now)

    def set_bucket(self, value: float) -> None:
        """Save the state of the campaign's token bucket."""
        self.write((), (), bucket=value)

    def close(self) -> None:
        """Give back what is held. May be called twice."""
        with told(self._path):
            self._connection.close()

    # ---- how -----------------------------------------------------------------------------------------------------

    def _begin(self, intents: Sequence[Intent]) -> None:
        through = {title: self._transport(title) for title in {intent.transport for intent in intents}}
        rows = [
            (self._edition, i.key, i.address, i.message_id, i.attempt, i.time, through[i.transport], i.variant)
            for i in intents
        ]
        agree(self._at_once(statements.INTEND, rows), len(rows), "messages may not be sent now")

    def _transport(self, title: str) -> int | None:
        """Return the number that stands for a transport."""
        if not title:
            return None
        known: int = self._value(statements.TRANSPORT, (title,), default=0)
        return known or self._connection.execute(statements.NEW_TRANSPORT, (title,)).lastrowid

    def _end(self, results: Sequence[Result]) -> None:
        """Record results, by what they do to a row: end the attempt, undo it, or replace it."""
        tried: list[tuple[Any, ...]] = []
        suppressed: list[tuple[Any, ...]] = []
        unsent: list[tuple[Any, ...]] = []
        edition = self._edition
        for r in results:
            if r.state is State.PENDING:
                unsent.append((edition, r.key))
            elif r.state is State.SUPPRESSED:
                suppressed.append((r.time, r.warning, edition, r.key))
            else:
                reply, warning = storable(r.reply), storable(r.warning)
                outcome = (_WORDS[r.state], r.code, r.enhanced, reply, r.time, r.due, r.gave_up, warning)
                tried.append((edition, r.key, *outcome, self._run, r.seconds))
        changed = self._at_once(statements.RESULT, tried)
        changed += self._many(statements.SPARE, [row[2:] for row in suppressed])
        changed += self._many(statements.SUPPRESS, suppressed)
        changed += self._many(statements.FORGET, unsent) + self._many(statements.RESTORE, unsent)
        agree(changed, len(results), "results are for messages that are not being sent")

    def _many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run a statement for each row, and return how many rows of the table it changed."""
        return self._connection.executemany(sql, rows).rowcount if rows else 0

    def _at_once(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run a statement for many rows at once, and return how many rows of the table it changed.

        Python's other threads stand still between two statements and run beside each, so that few are better.
        """
        changed = start = 0
        for size in _BLOCKS:
            while len(rows) - start >= size:
                values = tuple(chain.from_iterable(rows[start : start + size]))
                changed += self._connection.execute(statements.with_rows(sql, size), values).rowcount
                start += size
        return changed

    def _rows(self, sql: str, values: Iterable[object]) -> list[tuple[Any, ...]]:
        with told(self._path):
            return self._connection.execute(sql, tuple(values)).fetchall()

    def _value(self, sql: str, values: tuple[object, ...], *, default: _T) -> _T:
        """Return the single value that a query gives, or `default` where it gives no row."""
        row = self._connection.execute(sql, values).fetchone()
        value: _T = row[0] if row else default
        return value

    def _transaction(self) -> AbstractContextManager[None]:
        return schema.transaction(self._connection)

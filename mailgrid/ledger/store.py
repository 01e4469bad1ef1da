"""The ledger's protocol: what a store of "who got what" promises, and the values that go in and come out.

Times are seconds since 1970 in UTC, as `time.time()` gives them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from mailgrid.hookspecs import Counts
from mailgrid.ledger.plans import PlanUse
from mailgrid.ledger.states import State
from mailgrid.value import value

__all__ = ["Attempt", "Entry", "Identity", "Intent", "Known", "Result", "Run", "Store"]


@value
class Identity:
    """Which mailing a ledger is about; together with a recipient's key it says who already got it.

    Args:
        campaign: the campaign's name.
        edition: which issue of it; empty when the campaign is sent to each key once, for ever.
        key_expression: how keys are made, as the author wrote it: keys made otherwise cannot be compared.
        path: the campaign file, relative to the project's root with `/`; empty for a text that is no file.
    """

    campaign: str
    edition: str
    key_expression: str
    path: str


@value
class Intent:
    """A message is about to be written.

    `attempt` counts from 1; a recipient who is tried afresh after `failed` or `in_doubt` may begin at 1 again.
    `transport` is the one through which it goes; empty where the message cannot even be made. `variant` is the wording
    that they get; empty where a campaign has no variants.
    """

    key: str
    address: str
    message_id: str
    attempt: int
    time: float
    transport: str = ""
    variant: str = ""


@value
class Result:
    """What became of a message that was `sending`.

    Args:
        key: whose.
        state: `SENT`, `FAILED`, `DEFERRED` or `IN_DOUBT`; `PENDING` for a message that was never written (unsent)
            and `SUPPRESSED` for one that must not be: neither counts as an attempt.
        code: the reply's basic code; 0 when there was none.
        enhanced: its enhanced code (RFC 3463); may be empty.
        reply: its text, verbatim.
        time: when it was known.
        seconds: how long the attempt took.
        due: for `DEFERRED`: not to be tried before this time.
        gave_up: for `FAILED`: it was deferred until no attempt was left.
        warning: what went wrong beside it, with a copy for instance.
    """

    key: str
    state: State
    code: int
    enhanced: str
    reply: str
    time: float
    seconds: float
    due: float | None = None
    gave_up: bool = False
    warning: str = ""


@value
class Entry:
    """A recipient as the ledger knows them.

    `attempts` are those that ended, `first_attempt` when the first of them ended, `time` when the last ended (None
    before); while the state is `SENDING` they, the reply and `due` are still those of the attempt before. `transport`
    is that of the last attempt, and so is `variant`.
    """

    key: str
    address: str
    state: State
    attempts: int
    first_attempt: float | None
    due: float | None
    gave_up: bool
    code: int
    enhanced: str
    reply: str
    message_id: str
    time: float | None
    warning: str
    transport: str = ""
    variant: str = ""


@value
class Attempt:
    """One attempt that ended: when it `started`, how it ended (`state` and reply) and when (`time`), in which run.

    `transport` is the one through which it went; empty where the message could not even be made.
    """

    attempt: int
    state: State
    code: int
    enhanced: str
    reply: str
    started: float
    time: float
    seconds: float
    warning: str
    run: int | None
    transport: str = ""


@value
class Run:
    """One `apply`. `ended`, `counts` and `exit` are None while it runs, and for ever when it was killed."""

    id: int
    transport: str
    to_send: int
    started: float
    ended: float | None
    counts: Counts | None
    exit: int | None


class Known(Protocol):
    """What is known about people, as gathering asks for it."""

    def states(self, keys: Sequence[str]) -> dict[str, Entry]:
        """Return what is known about these keys; who is pending without ever having been tried is left out."""
        ...


class Store(Protocol):
    """The ledger of one mailing (campaign and edition). It may be used by one thread at a time, any thread.

    Every method raises LedgerError when the ledger cannot be read or written, with the reason and the next step.
    """

    @property
    def id(self) -> str:
        """The ledger's own random name, short hex; empty while there is no ledger yet."""
        ...

    def states(self, keys: Sequence[str]) -> dict[str, Entry]:
        """Return what is known about these keys; who is pending without ever having been tried is left out."""
        ...

    def write(self, intents: Sequence[Intent], results: Sequence[Result], bucket: float | None = None) -> None:
        """Record intents and results in one transaction: durable when this returns, or nothing of it happened.

        A result for a key that is being sent comes before an intent for the same key in this call; one for a key
        that is not comes after it, so that what fails before it is written takes one commit. `bucket` is saved with
        them, see `set_bucket`.

        Raises:
            LedgerError: a transition that the table of states does not know.
        """
        ...

    def recover(self) -> int:
        """Turn what a crashed run left `SENDING` into `IN_DOUBT`; return how many. Only while holding the run lock."""
        ...

    def resolve(self, keys: Sequence[str], *, sent: bool, now: float) -> None:
        """Settle keys that are `IN_DOUBT`: as `SENT`, or else as `PENDING`; all of them or, with LedgerError, none."""
        ...

    def adopt(self, people: Sequence[tuple[str, str]], source: str, now: float) -> None:
        """Record people, key and address, as `SENT` by another program; all of them or, with LedgerError, none.

        `source` takes the place of a reply: where that is known from.
        """
        ...

    def counts(self) -> Mapping[State, int]:
        """Return how many recipients are in each state, every state named."""
        ...

    def entries(self, states: Collection[State] | None = None) -> Iterator[Entry]:
        """Go through the recipients, all or those in some states, in the order in which they were first tried."""
        ...

    def entry(self, key: str) -> Entry | None:
        """Return what is known about one key."""
        ...

    def find(self, address: str) -> list[Entry]:
        """Return who has this address, in whatever case, or this key."""
        ...

    def attempts(self, key: str) -> list[Attempt]:
        """Return the attempts for one key, oldest first."""
        ...

    def tried_since(self, moment: float, width: int) -> Mapping[int, int]:
        """Count the campaign's attempts since a moment, in all editions, by when they began in units of `width` s."""
        ...

    def begin_run(self, transport: str, to_send: int, now: float) -> int:
        """Note that an `apply` begins, and return its number; attempts belong to it from now on."""
        ...

    def end_run(self, run: int, counts: Counts, exit_code: int, now: float) -> None:
        """Note how an `apply` ended."""
        ...

    def runs(self) -> list[Run]:
        """Return every `apply`, oldest first."""
        ...

    def untried(self, run: Run) -> int:
        """Return how many of those whom the last run was to write to it did not come to, or not yet."""
        ...

    def plan_use(self, plan: str) -> PlanUse | None:
        """Return what is known about a saved plan, by its id; None where it was never begun."""
        ...

    def begin_plan(self, plan: str, by: str, now: float) -> None:
        """Note that a saved plan is carried out; one that goes on keeps when it began."""
        ...

    def finish_plan(self, plan: str, now: float) -> None:
        """Note that nothing of a saved plan is left to do."""
        ...

    def bucket(self) -> float:
        """Return the state of the campaign's token bucket; 0 before the first message."""
        ...

    def set_bucket(self, value: float) -> None:
        """Save it: GCRA's theoretical arrival time on the wall clock, so that a restart opens no new burst."""
        ...

    def close(self) -> None:
        """Give back what is held. May be called twice."""
        ...

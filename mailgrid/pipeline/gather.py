"""Gather: one pass over the source: row → where → first of its key → audience. What is shown is what is sent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

from mailgrid.errors import AddressError, MailgridError, TemplateError
from mailgrid.hookspecs import Recipient, Skip
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Entry, Known
from mailgrid.message.address import comparable
from mailgrid.pipeline.audience import PENDING, Audience, Person
from mailgrid.pipeline.clock import Clock
from mailgrid.pipeline.key_text import key_text
from mailgrid.pipeline.left_out import LeftOut, LeftOutRow
from mailgrid.pipeline.near_misses import NearMisses
from mailgrid.pipeline.tally import SETTLED, UNPLANNED, Tally, lacking, suppressed_by
from mailgrid.planning.allowlist import AllowList
from mailgrid.planning.plan import Plan
from mailgrid.value import value

__all__ = ["Again", "Gather"]

#: So many people at once are looked up in the ledger and put into the audience.
_BATCH = 500
#: Where somebody stands who failed, or is not written to anyway.
_TRIED = frozenset({State.FAILED, State.SENT, State.IN_DOUBT, State.SENDING, State.SUPPRESSED})


@value
class Again:
    """Whom to write to again, beside those who are pending: who is `in_doubt`, and who was `rejected` for good.

    With `only_failed` nobody is written to but those who failed before.
    """

    in_doubt: bool = False
    rejected: bool = False
    only_failed: bool = False


_NOBODY_AGAIN = Again()


class Gather:
    """Fills an audience.

    Args:
        plan: what is wanted.
        store: the ledger, which knows who already got it.
        again: whom to write to again.
        take: at most so many people, the next ones; None for all.
        barred: says which of some addresses, as they are compared, are never written to, and on which list they are.
        only: the people of a saved plan: nobody else is written to; None for everybody.
        tick: is called with the rows read so far, every few hundred matches.
        clock: the time, which says whose retries are over; `plan.now` may be another.
    """

    def __init__(
        self,
        plan: Plan,
        store: Known,
        *,
        again: Again = _NOBODY_AGAIN,
        take: int | None = None,
        barred: Callable[[Sequence[str]], Mapping[str, str]] = lambda _addresses: {},
        only: AllowList | None = None,
        tick: Callable[[int], None] = lambda _rows: None,
        clock: Clock | None = None,
    ) -> None:
        self._plan = plan
        self._store = store
        self._again = again
        self._take = take
        self._barred = barred
        self._only = only
        self._left_out: LeftOut | None = None
        self._tick = tick
        self._tally = Tally()
        self._near = NearMisses(plan.match, plan.wanted)
        self._split = plan.split or _undivided
        self._pick = _picker(plan.wanted, plan.kept)
        self._key = plan.wanted.index(plan.key) if plan.key else None
        self._now = (clock or Clock()).now()

    def __call__(self, audience: Audience, left_out: LeftOut | None = None) -> Tally:
        """Read the source to its end, fill the audience and close the source.

        Args:
            audience: takes the people who matched.
            left_out: keeps the rows that do not come so far; None where nobody asks for them.

        Raises:
            SourceError: the source cannot be read to its end; nobody may be written to.
            LedgerError: the ledger cannot be read.
        """
        self._left_out = left_out
        people = self._people()
        try:
            while batch := list(islice(people, _BATCH)):
                self._add(batch, audience)
                self._tick(self._tally.rows)
        finally:
            self._plan.source.close()
        return self._finish(audience)

    def _people(self) -> Iterator[Person]:
        """Yield whoever matches and can be written to."""
        tally, test = self._tally, self._plan.test
        tests = self._plan.match.simple_tests if self._plan.match else ()
        rows = iter(self._plan.source.rows(self._plan.wanted, tests))
        for line, cells in chain(self._near.first(rows), rows):
            tally.rows += 1
            if test is not None and not (answer := test(cells)):
                if answer is None:
                    self._note_unknown(line, cells)
                if self._left_out is not None:
                    self._leave_out(line, cells, "unknown" if answer is None else "no match")
                continue
            tally.matched += 1
            if (person := self._person(line, cells)) is not None:
                yield person

    def _person(self, line: int, cells: Sequence[object]) -> Person | None:
        fields = dict(zip(self._plan.kept, self._pick(cells), strict=True))
        try:
            address = self._plan.renderer.address_of(fields)
        except (AddressError, TemplateError) as error:
            self._note_bad(error.message, line, cells)
            return None
        key = address.key if self._key is None else key_text(cells[self._key])
        if not key:
            self._note_bad(f"`{self._plan.key}` is empty", line, cells)
            return None
        variant = self._split(key, cells)
        recipient = Recipient(key=key, address=address.wire, fields=fields, line=line, variant=variant)
        return self._selected(recipient, cells) if self._plan.select else Person(recipient)

    def _selected(self, recipient: Recipient, cells: Sequence[object]) -> Person | None:
        """Ask the plugins about somebody who matched."""
        assert self._plan.select is not None
        try:
            answer = self._plan.select(recipient)
        except MailgridError:
            raise
        except Exception as error:
            raise MailgridError(
                f"a plugin failed on somebody who matched (line {recipient.line}): {type(error).__name__}",
                hint="this is a mistake in the plugin; nothing was sent",
                code="MG611",
            ) from error
        if isinstance(answer, Skip):
            self._tally.skipped[answer.reason] += 1
            if self._left_out is not None:
                self._left_out.note(LeftOutRow(recipient.line, recipient.key, recipient.address, answer.reason))
            return None
        return Person(replace(answer, variant=self._split(answer.key, cells)))

    def _note_bad(self, reason: str, line: int, cells: Sequence[object]) -> None:
        """Count a row that has no address that can be written to."""
        self._tally.note_bad(reason, line)
        if self._left_out is not None:
            self._leave_out(line, cells, f"bad address: {reason}")

    def _leave_out(self, line: int, cells: Sequence[object], reason: str) -> None:
        """Keep a row that does not come into the audience, with whose it is where that can be said."""
        assert self._left_out is not None
        try:
            address = self._plan.renderer.address_of(dict(zip(self._plan.kept, self._pick(cells), strict=True)))
        except (AddressError, TemplateError):
            key, wire = "", ""
        else:
            key, wire = address.key, address.wire
        key = key if self._key is None else key_text(cells[self._key])
        self._left_out.note(LeftOutRow(line, key, wire, reason))

    def _note_unknown(self, line: int, cells: Sequence[object]) -> None:
        """Name the first test that could not be answered, with what stood there."""
        self._tally.unknown += 1
        if self._plan.match is not None:
            answers = self._plan.match.explain(cells, self._plan.wanted)
            for answer in islice((answer for answer in answers if answer.answer is None), 1):
                value = "" if answer.value is None else str(answer.value)
                self._tally.note_unknown(answer.text, line, value)

    def _add(self, batch: list[Person], audience: Audience) -> None:
        known = self._store.states([person.recipient.key for person in batch])
        if known or self._again.only_failed:
            batch = [self._standing(person, known.get(person.recipient.key)) for person in batch]
        batch = self._without_barred(batch)
        if self._only is not None:
            batch = [self._planned(person, self._only) for person in batch]
        if self._plan.renderer.is_personal:
            batch = [self._with_files(person) for person in batch]
        duplicates = len(batch) - audience.add(batch)
        self._tally.duplicate += duplicates
        if duplicates and self._left_out is not None:
            self._left_out.note_duplicates(batch)

    def _with_files(self, person: Person) -> Person:
        """Leave out whose message needs a file that is not there; who gets no message needs none."""
        written = self._plan.renderer.lacking(person.recipient) if person.standing == PENDING else ""
        if not written:
            return person
        self._tally.note_lacking(written, person.recipient.line)
        return replace(person, standing=lacking(written))

    def _without_barred(self, batch: list[Person]) -> list[Person]:
        """Leave out who is never written to; what the ledger says of somebody comes first."""
        addresses = [comparable(person.recipient.address) for person in batch]
        found = self._barred(addresses)
        if not found:
            return batch
        return [
            replace(person, standing=suppressed_by(found[address]))
            if address in found and person.standing == PENDING
            else person
            for person, address in zip(batch, addresses, strict=True)
        ]

    @staticmethod
    def _planned(person: Person, only: AllowList) -> Person:
        """Leave out who is not in the plan; who got it already stands as that, in the plan or not."""
        admitted = only.admits(person.recipient.key)
        return person if admitted or person.standing != PENDING else replace(person, standing=UNPLANNED)

    def _standing(self, person: Person, entry: Entry | None) -> Person:
        """Say whether somebody is written to, by what the ledger knows."""
        if entry is None or (self._again.only_failed and entry.state not in _TRIED):
            return replace(person, standing="did not fail") if self._again.only_failed else person
        match entry.state:
            case State.SENT:
                self._tally.last_sent = max(self._tally.last_sent or 0.0, entry.time or 0.0)
                return Person(person.recipient, "already sent")
            case State.FAILED if not (entry.gave_up or self._again.rejected):
                return replace(person, standing="rejected for good")
            case State.IN_DOUBT | State.SENDING:
                return self._doubtful(person)
            case State.DEFERRED:
                return self._waiting(person, entry)
            case _:
                return person

    def _doubtful(self, person: Person) -> Person:
        """Leave somebody alone who may have it already, unless they are to get it again."""
        if self._again.in_doubt or self._plan.on_doubt == "resend":
            self._tally.resent += 1
            return person
        return replace(person, standing=SETTLED if self._plan.on_doubt == "skip" else "in doubt")

    def _waiting(self, person: Person, entry: Entry) -> Person:
        """Go on with somebody who was deferred; after the time for retries is over, begin afresh, when due."""
        ahead = max(0.0, (entry.time or 0.0) - self._now)  # the clock was set back since
        due, first = (entry.due or 0.0) - ahead, (entry.first_attempt or 0.0) - ahead
        if first + self._plan.retry.period < self._now:
            return replace(person, due=due)
        return replace(person, due=due, attempts=entry.attempts, first=first)

    def _finish(self, audience: Audience) -> Tally:
        # A saved plan has chosen already: nobody who came since takes another's place.
        left = PENDING if self._only is None else UNPLANNED
        audience.keep_share(self._plan.sample, left)
        if self._plan.take is not None:
            audience.keep_first(self._plan.take, left)
        if self._take is not None:
            audience.keep_next(self._take)
        self._tally.unmatched = self._near.unmatched
        self._tally.standings.update(audience.standings())
        self._tally.waiting = audience.waiting()
        if self._plan.domains:
            self._tally.lanes.update(audience.lanes([rate.domain for rate in self._plan.domains if rate.domain]))
        if self._plan.split is not None:
            self._tally.variants.update(audience.variants())
        self._tally.gone = 0 if self._only is None else self._only.gone
        return self._tally


def _undivided(_key: str, _cells: Sequence[object]) -> str:
    """Say of everybody that they get the campaign's own wording."""
    return ""


def _picker(wanted: Sequence[str], kept: Sequence[str]) -> Callable[[Sequence[object]], Sequence[object]]:
    """Return what picks the kept cells out of a row of the wanted ones."""
    if tuple(wanted) == tuple(kept):
        return lambda cells: cells
    places = [wanted.index(name) for name in kept]
    return lambda cells: [cells[place] for place in places]

"""Proofs: the messages that a campaign would send, each made when it is looked at, anew when a file was saved."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from threading import Lock
from time import monotonic

from mailgrid.errors import CampaignError, MailgridError
from mailgrid.hookspecs import Message
from mailgrid.language.diagnostics import Diagnostic
from mailgrid.language.frame import frame
from mailgrid.pipeline.audience import PENDING, Person
from mailgrid.web.reading import Reading
from mailgrid.web.spool import PAGE, Mail, Page, Row, Standing
from mailgrid.web.watch import Watch

__all__ = ["Proofs"]

#: A search that has looked for so long hands out what it has; it goes on when it is asked again. In seconds.
_PATIENCE = 0.5
#: For so long the messages of a page are made, so that those that cannot be are marked; large ones are not waited for.
_TRYING = 0.2
_DIGITS = 15


class Proofs:
    """A spool of the messages of one campaign. Of all of them only the one that was last looked at is kept.

    Args:
        reading: the campaign.
        again: reads it again after some files have changed.
    """

    def __init__(self, reading: Reading, again: Callable[[Reading, frozenset[Path]], Reading]) -> None:
        self._again = again
        self._reading = reading
        self._watch = Watch(reading.files)
        self._changed: frozenset[Path] = frozenset()
        self._generation = 0
        self._problem = ""
        self._last: tuple[int, Person, Message] | None = None
        self._lock = Lock()
        self._renewing = Lock()

    def version(self) -> str:
        """Return a number; it has grown when a file was saved and the campaign was read anew."""
        if self._renewing.acquire(blocking=False):
            try:
                if changed := self._watch():
                    self._changed |= changed
                    self._renew()
            finally:
                self._renewing.release()
        return str(self._generation)

    def standing(self) -> Standing:
        """Return how many there are, and what is wrong."""
        with self._lock:
            version, problem = str(self._generation), self._problem
            prepared, warnings = self._reading.prepared, self._reading.warnings
        tally, plan = prepared.tally, prepared.plan
        left_out = chain(_left_out("bad address", tally.bad_address), _left_out("same address", tally.duplicate))
        facts = (
            f"{plan.source_title} → {plan.transport_title}",
            f"{tally.rows:,} row{'s' * (tally.rows != 1)}, {tally.matched:,} match, {tally.to_send:,} to send",
            ", ".join(left_out),
        )
        count = sum(tally.standings.values())
        hint = f"See why: `mailgrid rows {plan.file} --all`"
        return Standing("preview", plan.name, tuple(filter(None, facts)), count, hint, version, problem, warnings)

    def page(self, after: str, wanted: str) -> Page:
        """Return who is written to, and who is not because it was sent already, or because of a list."""
        needle, place = wanted.strip().casefold(), _place(after)
        rows: list[Row] = []
        begun = monotonic()
        with self._lock:
            while people := self._reading.prepared.audience.page(place, PAGE):
                for person in people:
                    place = person.position
                    if _mentions(person, needle):
                        rows.append(self._row(person, whole=monotonic() < begun + _TRYING))
                    if len(rows) == PAGE:
                        return Page(tuple(rows), str(place))
                if monotonic() > begun + _PATIENCE:
                    return Page(tuple(rows), str(place))
        return Page(tuple(rows))

    def mail(self, name: str) -> Mail | None:
        """Make the message at a place in the audience.

        Raises:
            TemplateError: a template cannot be filled with these values.
            AddressError: an address in it is not one.
        """
        with self._lock:
            place = _place(name)
            found = self._last if self._last and self._last[0] == place else self._made(place)
            self._last = found
            reading = self._reading
        if found is None:
            return None
        _, person, message = found
        return Mail(message.content, _facts(person, message), _cells(person), reading.campaign.kind == "marketing")

    def named(self, key: str) -> str:
        """Return the `id` of somebody's row, by key or address; empty where nobody who matches has it."""
        wanted, place = key.strip().casefold(), 0
        with self._lock:
            while people := self._reading.prepared.audience.page(place, PAGE):
                for person in people:
                    place = person.position
                    if wanted in {person.recipient.key.casefold(), person.recipient.address.casefold()}:
                        return str(place)
        return ""

    def close(self) -> None:
        """Give everything back."""
        with self._lock:
            self._reading.prepared.stack.close()

    def _made(self, place: int) -> tuple[int, Person, Message] | None:
        prepared = self._reading.prepared
        person = next(iter(prepared.audience.page(place - 1, 1)), None)
        if person is None or person.position != place:
            return None
        return place, person, prepared.plan.renderer(person.recipient)

    def _row(self, person: Person, *, whole: bool) -> Row:
        """Return somebody's row; `whole` makes the message, to know whether it can be made."""
        recipient, renderer = person.recipient, self._reading.prepared.plan.renderer
        note = recipient.variant if person.standing == PENDING else person.standing
        try:
            subject = renderer.subject_of(recipient)
            if whole:
                renderer(recipient)
        except MailgridError:
            return Row(str(person.position), recipient.address, "", "cannot be made", is_wrong=True)
        return Row(str(person.position), recipient.address, subject, note)

    def _renew(self) -> None:
        """Read the campaign again; where it has a mistake what was there before stays, with the mistake above."""
        try:
            reading = self._again(self._reading, self._changed)
        except MailgridError as error:
            self._turn(self._reading, _told(error))
        else:
            self._changed = frozenset()
            self._turn(reading)
        self._watch.look_at(self._reading.files, around=bool(self._problem))

    def _turn(self, reading: Reading, problem: str = "") -> None:
        """Show another reading from now on."""
        with self._lock:
            before, self._reading = self._reading, reading
            self._problem, self._last = problem, None
            self._generation += 1
            if before.prepared.stack is not reading.prepared.stack:
                before.prepared.stack.close()


def _place(name: str) -> int:
    """Return the place in the audience that a row's `id` means; 0, which nobody has, for any other text."""
    return int(name) if name.isdecimal() and len(name) <= _DIGITS else 0


def _left_out(reason: str, count: int) -> Iterator[str]:
    if count:
        yield f"{count:,} {reason}"


def _mentions(person: Person, needle: str) -> bool:
    if not needle:
        return True
    recipient = person.recipient
    texts: Iterable[object] = (recipient.address, recipient.key, recipient.variant, person.standing)
    return any(needle in str(text).casefold() for text in chain(texts, recipient.fields.values()))


def _facts(person: Person, message: Message) -> dict[str, str]:
    recipient = person.recipient
    found = {
        "envelope from": message.mail_from,
        "envelope to": ", ".join((message.rcpt_to, *message.copies)),
        "key": recipient.key,
        "line": f"{recipient.line:,}",
        "variant": recipient.variant,
        "standing": "to send" if person.standing == PENDING else person.standing,
    }
    return {name: value for name, value in found.items() if value}


def _cells(person: Person) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in person.recipient.fields.items()}


def _told(error: MailgridError) -> str:
    """Return an error as the terminal shows it."""
    if isinstance(error, CampaignError) and error.diagnostics:
        return "\n\n".join(frame(each) for each in error.diagnostics if isinstance(each, Diagnostic))
    return f"{error.message}\n{error.hint}".strip()

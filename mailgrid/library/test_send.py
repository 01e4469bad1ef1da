"""A test: a few real messages through the real transport, to addresses of one's own, and in no ledger."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import islice, product
from pathlib import Path

from mailgrid.errors import AddressError, MailgridError, Refused, UsageError
from mailgrid.hookspecs import Message, Outcome, Session, Status
from mailgrid.language.campaign import Campaign
from mailgrid.ledger.store import Entry
from mailgrid.library.loading import Loaded, load
from mailgrid.library.settings import Settings
from mailgrid.message.address import Address, parse
from mailgrid.pipeline.audience import Audience, Person
from mailgrid.pipeline.gather import Gather
from mailgrid.planning.binding import bind
from mailgrid.planning.plan import Plan
from mailgrid.value import value

__all__ = ["MARK", "Tested", "send_test"]

#: What the subject of a test begins with.
MARK = "[test]"
#: Up to so many messages need no confirmation.
_FEW = 50


@value
class Tested:
    """One message of a test: for whom it was written, in which words, and what became of it."""

    person: Person
    subject: str
    outcome: Outcome

    @property
    def is_sent(self) -> bool:
        """Whether the far side took it."""
        return self.outcome.status is Status.SENT

    def as_json(self) -> dict[str, object]:
        """Return it with the keys that `test --json` promises."""
        recipient, reply = self.person.recipient, self.outcome.reply
        return {
            "to": self.outcome.message.rcpt_to,
            "key": recipient.key,
            "address": recipient.address,
            "variant": recipient.variant,
            "subject": self.subject,
            "status": self.outcome.status.value,
            "code": reply.code,
            "enhanced": reply.enhanced,
            "reply": reply.text,
        }


def send_test(
    path: str | Path,
    campaign: str = "",
    *,
    to: Sequence[str] = (),
    count: int = 3,
    confirmed: bool = False,
    settings: Settings | None = None,
) -> list[Tested]:
    """Send the messages of a few people to addresses of one's own; nothing is recorded.

    The people are the same each time, and have all variants among them; whether they were written to before does not
    matter. Subjects begin with `[test]`; copies are not sent.

    Args:
        path: the campaign file.
        campaign: its name; empty for the file's only one.
        to: the addresses; none for those of the campaign's `test`.
        count: for how many people; more where there are more variants.
        confirmed: whether there may be more than 50 messages.
        settings: what is set from outside.

    Raises:
        UsageError: there is no address to send to, or nobody matches.
        Refused: MG601, there are more than 50 messages.
        MailgridError: whatever else stands in the way, or ends it early.
    """
    loaded = load(path, settings)
    (chosen,) = loaded.choose([campaign] if campaign else [])
    addresses = _addresses(loaded, chosen, to)
    with ExitStack() as stack:
        plan = bind(chosen, replace(loaded.world, mark=MARK))
        stack.callback(plan.close)
        audience = stack.enter_context(closing(Audience(plan.origin)))
        Gather(plan, _Nothing())(audience)
        pairs = list(product(audience.chosen(count), addresses))
        if not pairs:
            raise UsageError("nobody matches, so there is nothing to test", hint=f"see why: mailgrid rows {path} --all")
        _confirm(len(pairs), confirmed=confirmed)
        plan.transport.check()
        session = stack.enter_context(closing(plan.transport.open_session()))
        return list(_sent(plan, session, pairs))


class _Nothing:
    """A ledger that knows nobody."""

    def states(self, keys: Sequence[str]) -> dict[str, Entry]:
        """Return nothing."""
        del keys
        return {}


def _addresses(loaded: Loaded, campaign: Campaign, to: Sequence[str]) -> list[Address]:
    """Return where the test goes: never past the address that an environment sends everything to."""
    if loaded.world.redirect:
        return [loaded.world.redirect]
    texts = to or [quoted.value for quoted in campaign.test]
    if not texts:
        raise UsageError(
            f"`{campaign.name}` has no test addresses",
            hint='write `test "you@example.org"` into it, or give --to you@example.org',
        )
    found: dict[str, Address] = {}
    for address in map(_address, texts):
        found.setdefault(address.key, address)
    return list(found.values())


def _address(text: str) -> Address:
    try:
        return parse(text)
    except AddressError as error:
        raise UsageError(f"`{text}` is no address to test with: {error.message}", hint=error.hint) from error


def _confirm(messages: int, *, confirmed: bool) -> None:
    if messages > _FEW and not confirmed:
        raise Refused(
            f"{messages:,} test messages need a confirmation",
            hint="give --yes, a smaller -n, or fewer addresses",
            code="MG601",
        )


def _sent(plan: Plan, session: Session, pairs: Sequence[tuple[Person, Address]]) -> Iterator[Tested]:
    """Send, as many at once as the session takes."""
    rest = iter([(person, _message(plan, person, address)) for person, address in pairs])
    while batch := list(islice(rest, max(1, session.window))):
        outcomes = session.deliver([message for _, message in batch])
        for (person, _), outcome in zip(batch, outcomes, strict=True):
            yield Tested(person, plan.renderer.subject_of(person.recipient), outcome)


def _message(plan: Plan, person: Person, address: Address) -> Message:
    """Write somebody's message, for another envelope."""
    try:
        message = plan.renderer(person.recipient)
    except MailgridError as error:
        raise MailgridError(
            f"the message of line {person.recipient.line} cannot be made: {error.message}", hint=error.hint
        ) from error
    needs = message.needs if address.ascii else message.needs | {"smtputf8"}
    return replace(message, rcpt_to=address.wire, copies=(), needs=needs)

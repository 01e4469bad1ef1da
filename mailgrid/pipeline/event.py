"""Event: an outcome that is durable, for whoever watches a run."""

from mailgrid.hookspecs import Outcome
from mailgrid.ledger.store import Result
from mailgrid.pipeline.audience import Person
from mailgrid.rfc3339 import rfc3339
from mailgrid.value import value

__all__ = ["Event"]


@value
class Event:
    """What became of somebody's message, and through which transport it went.

    `outcome` is None where nothing could be rendered or might be written.
    """

    person: Person
    result: Result
    outcome: Outcome | None = None
    transport: str = ""

    @property
    def status(self) -> str:
        """The outcome's word: `sent`, `failed`, `deferred`, `in_doubt`, `unsent` or `suppressed`."""
        return self.outcome.status.value if self.outcome and not self.result.gave_up else self.result.state.value

    def as_json(self, campaign: str) -> dict[str, object]:
        """Return it with the keys that `apply --events` promises; `variant` where the campaign has some."""
        result, recipient = self.result, self.person.recipient
        return {
            "time": rfc3339(result.time, exact=True),
            "campaign": campaign,
            "key": recipient.key,
            "address": recipient.address,
            "status": self.status,
            "code": result.code,
            "enhanced": result.enhanced,
            "reply": result.reply,
            "attempt": self.person.attempts + 1,
            "message_id": self.outcome.message.message_id if self.outcome else "",
            "seconds": round(result.seconds, 6),
            "transport": self.transport,
            **({"variant": recipient.variant} if recipient.variant else {}),
        }

"""Events as the recorder hands them on."""

from typing import Any

from mailgrid.hookspecs import Message, Outcome, Recipient, Reply, Status
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Result
from mailgrid.pipeline.audience import Person
from mailgrid.pipeline.event import Event

STATUSES = {
    State.SENT: Status.SENT,
    State.FAILED: Status.FAILED,
    State.DEFERRED: Status.DEFERRED,
    State.IN_DOUBT: Status.IN_DOUBT,
    State.PENDING: Status.UNSENT,
}


def event(state: State, key: str = "a", *, attempts: int = 0, rendered: bool = True, **more: Any) -> Event:
    recipient = Recipient(key=key, address=f"{key}@example.org", fields={}, line=2)
    values: dict[str, Any] = {"code": 250, "enhanced": "2.0.0", "reply": "text", "time": 1.5, "seconds": 0.25, **more}
    return Event(
        Person(recipient, attempts=attempts),
        Result(key=key, state=state, **values),
        Outcome(message=message(recipient), status=STATUSES[state], reply=Reply(code=values["code"]))
        if rendered
        else None,
    )


def message(recipient: Recipient) -> Message:
    return Message(
        recipient=recipient, mail_from="n@example.com", rcpt_to=recipient.address, content=b"", message_id="<1@x>"
    )

"""People who are in doubt, and the log of a relay that knows about them."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailgrid.ledger.folder import Folder
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Identity, Intent, Result, Store
from mailgrid.message.message_id import MessageIds

SENT_AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
PEOPLE = ("ann", "bob", "cleo")


def opened(folder: Path, campaign: str = "welcome", *, write: bool = False) -> Store:
    identity = Identity(campaign, "", "address", f"{campaign}.mailgrid")
    return Folder(folder / ".mailgrid").store(identity, rehearsal=False, write=write)


def message_id(person: str, campaign: str = "welcome") -> str:
    return MessageIds(campaign, "")(f"{person}@mail.example", "acme.example")


def doubtful(folder: Path, *people: str, sent: tuple[str, ...] = (), campaign: str = "welcome") -> None:
    """Leave people in doubt, as a lost connection would."""
    time = SENT_AT.timestamp()
    intents = [
        Intent(f"{who}@mail.example", f"{who}@mail.example", message_id(who, campaign), 1, time)
        for who in people + sent
    ]
    results = [Result(f"{who}@mail.example", State.IN_DOUBT, 0, "", "", time + 1, 1.0) for who in people]
    results += [Result(f"{who}@mail.example", State.SENT, 250, "", "queued", time + 1, 1.0) for who in sent]
    with closing(opened(folder, campaign, write=True)) as store:
        store.write(intents, [])
        store.write([], results)


def states(folder: Path, campaign: str = "welcome") -> dict[str, str]:
    with closing(opened(folder, campaign)) as store:
        return {entry.key.partition("@")[0]: entry.state.value for entry in store.entries()}


def log(folder: Path, *taken: str, begin: int = -10, end: int = 40, skew: int = 0) -> str:
    """Write a log of Postfix that begins and ends so many minutes after the attempts; `skew` is its clock's error."""

    def line(moment: datetime, words: str) -> str:
        stamp = moment + timedelta(minutes=skew)
        return f"{stamp.isoformat()} mx postfix/{words}\n"

    lines = [line(SENT_AT + timedelta(minutes=begin), "smtpd[1]: connect from localhost[127.0.0.1]")]
    for number, who in enumerate(taken):
        queue = f"B78CF22C0{number:02}"
        lines += [
            line(SENT_AT, f"cleanup[2]: {queue}: message-id={message_id(who)}"),
            line(SENT_AT, f"qmgr[3]: {queue}: from=<hello@acme.example>, size=295, nrcpt=1 (queue active)"),
            line(SENT_AT, f"qmgr[3]: {queue}: removed"),
        ]
    lines += [line(SENT_AT + timedelta(minutes=end), "smtpd[1]: disconnect from localhost[127.0.0.1]")]
    (folder / "mail.log").write_text("".join(lines))
    return "mail.log"

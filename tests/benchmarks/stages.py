"""What each stage of sending costs a message, in CPU: `python -m tests.benchmarks.stages`.

Each stage alone, with a window of 32 of the messages that the table of `apply` is made with, the best of many rounds:
so it says the same on a busy machine. In a run all of it is about a third dearer, for eight workers keep more in hand
than the processor's caches hold.
"""

import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from mailgrid.hookspecs import Message, Outcome, Recipient, Reply, Status
from mailgrid.ledger.sqlite import SqliteStore
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Identity, Intent, Result
from mailgrid.message import lint
from mailgrid.message.render import Renderer, Spec, Words
from mailgrid.pipeline.audience import Audience, Person
from mailgrid.pipeline.event import Event
from mailgrid.pipeline.progress import Progress
from tests.benchmarks.apply import LETTER
from tests.benchmarks.sink import Sink
from tests.pipeline.campaign import NOW
from tests.plugins.opening import open_kind

_ROUNDS = 400
_WINDOW = 32
#: Rows in one commit, as eight workers make them.
_COMMIT = 128
_REPLY = Reply(code=250, enhanced="2.0.0", text="Ok: queued as 4F8XyZ1abcz9")


def best(act: Callable[[], object], count: int = _WINDOW) -> float:
    """Return the seconds of CPU that one message takes where `act` sees to so many."""
    costs = []
    for _ in range(_ROUNDS):
        start = time.thread_time()
        act()
        costs.append(time.thread_time() - start)
    return min(costs) / count


def person(number: int) -> Person:
    """Return somebody as the list of `apply` has them."""
    address = f"person{number}@example{number % 50}.org"
    cells = {"email": address, "first_name": "Ann", "city": "Paris"}
    return Person(recipient=Recipient(key=address, address=address, fields=cells, line=number))


def renderer() -> Renderer:
    """Return what writes the messages of `apply`."""
    return Renderer(
        Spec(
            campaign="speed",
            sender=Words("Acme <hello@acme.example>", "from"),
            to=Words("{{ email }}", "to"),
            subject=Words("Hello {{ first_name }}", "subject"),
            html=Words(LETTER, "letter.html"),
            clock=lambda: NOW,
            template_now=NOW,
        )
    )


def reading(_: Path) -> float:
    """Measure how people are read from the audience."""
    with closing(Audience("speed")) as audience:
        audience.add([person(number) for number in range(_COMMIT)])
        return best(lambda: audience.pending(0, _COMMIT), _COMMIT)


def on_the_wire(messages: list[Message]) -> float:
    """Measure a session, and the system's part of it."""
    with Sink() as sink:
        transport = open_kind("transports.smtp", host=sink.host, port=sink.port, helo="localhost")
        with closing(transport.open_session()) as session:
            while session.window < _WINDOW:
                list(session.deliver(messages[: session.window]))
            return best(lambda: list(session.deliver(messages)))


def in_the_ledger(folder: Path) -> float:
    """Measure commits of intents and of the results before them, without the disk."""
    identity = Identity("speed", "", "email", "speed.mailgrid")
    with closing(SqliteStore(folder / "speed.db", identity, root=folder, write=True)) as store:
        store._connection.execute("PRAGMA synchronous = OFF")
        store.begin_run("smtp", _COMMIT, 1.0)
        results: list[Result] = []
        first = iter(range(0, _COMMIT * _ROUNDS, _COMMIT))

        def commit() -> None:
            start = next(first)
            keys = [f"person{number}@example.org" for number in range(start, start + _COMMIT)]
            store.write([Intent(key, key, f"<{key}>", 1, 1.0, "smtp") for key in keys], results, 1.0)
            results[:] = [result(key) for key in keys]

        return best(commit, _COMMIT)


def result(key: str) -> Result:
    """Return what the ledger keeps of a message that was sent."""
    return Result(key, State.SENT, _REPLY.code, _REPLY.enhanced, _REPLY.text, 2.0, 0.1)


def counting(messages: list[Message]) -> float:
    """Measure how outcomes are counted."""
    events = [
        Event(Person(each.recipient), result(each.recipient.key), Outcome(message=each, status=Status.SENT), "smtp")
        for each in messages
    ]
    progress = Progress(len(events))

    def count() -> None:
        for event in events:
            progress(event)

    return best(count)


def main() -> None:
    """Print the stages."""
    write = renderer()
    recipients = [person(number).recipient for number in range(_WINDOW)]
    messages = [write(recipient) for recipient in recipients]
    stages: dict[str, Callable[[Path], float]] = {
        "read from the audience": reading,
        "rendered": lambda _: best(lambda: [write(recipient) for recipient in recipients]),
        "  of this lint": lambda _: best(lambda: [lint.check(message.content) for message in messages]),
        "on the wire": lambda _: on_the_wire(messages),
        "in the ledger": in_the_ledger,
        "counted": lambda _: counting(messages),
    }
    with tempfile.TemporaryDirectory() as name:
        for title, measure in stages.items():
            print(f"{title:24} {measure(Path(name)) * 1e6:5.1f} µs")


if __name__ == "__main__":
    main()

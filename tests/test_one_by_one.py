import pytest

from mailgrid.hookspecs import Message, OneByOne, Outcome, Reply, Scope, Status
from mailgrid.testing import message_to


@pytest.mark.parametrize(
    "code,status",
    [(0, Status.SENT), (202, Status.SENT), (429, Status.DEFERRED), (450, Status.DEFERRED), (550, Status.FAILED)],
)
def test_the_code_of_a_reply_decides(code: int, status: Status) -> None:
    session = OneByOne(lambda message: Reply(code=code, text="so"))
    messages = [message_to("ann@example.org"), message_to("bob@example.org")]
    outcomes = list(session.deliver(messages))
    assert session.window == 1
    assert [outcome.message for outcome in outcomes] == messages
    assert [outcome.status for outcome in outcomes] == [status, status]
    assert outcomes[0].reply.text == "so"


def test_who_knows_better_returns_an_outcome() -> None:
    def send(message: Message) -> Outcome:
        return Outcome(message=message, status=Status.UNSENT, scope=Scope.ROUTE)

    (outcome,) = OneByOne(send).deliver([message_to("ann@example.org")])
    assert (outcome.status, outcome.scope) == (Status.UNSENT, Scope.ROUTE)


def test_an_error_of_the_system_leaves_it_in_doubt() -> None:
    def send(message: Message) -> Reply:
        raise BrokenPipeError(32, "Broken pipe")

    (outcome,) = OneByOne(send).deliver([message_to("ann@example.org")])
    assert (outcome.status, outcome.scope, outcome.reply.text) == (Status.IN_DOUBT, Scope.ROUTE, "Broken pipe")


def test_it_is_closed_once() -> None:
    closed: list[bool] = []
    session = OneByOne(lambda message: Reply(), lambda: closed.append(True))
    session.close()
    session.close()
    assert closed == [True]

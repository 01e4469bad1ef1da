from mailgrid.ledger.states import State
from tests.pipeline.outcomes import event


def test_says_what_apply_events_promises() -> None:
    assert event(State.DEFERRED, attempts=1, code=451, enhanced="4.7.1", reply="later").as_json("welcome") == {
        "time": "1970-01-01T00:00:01.500Z",
        "campaign": "welcome",
        "key": "a",
        "address": "a@example.org",
        "status": "deferred",
        "code": 451,
        "enhanced": "4.7.1",
        "reply": "later",
        "attempt": 2,
        "message_id": "<1@x>",
        "seconds": 0.25,
        "transport": "",
    }


def test_the_status_is_what_it_came_to() -> None:
    assert event(State.PENDING).status == "unsent"
    assert event(State.IN_DOUBT).status == "in_doubt"
    assert event(State.FAILED, gave_up=True).status == "failed"
    nothing_written = event(State.FAILED, rendered=False)
    assert (nothing_written.status, nothing_written.as_json("w")["message_id"]) == ("failed", "")

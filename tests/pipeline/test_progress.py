from hypothesis import given
from hypothesis import strategies as st

from mailgrid.ledger.states import State
from mailgrid.pipeline.progress import Progress
from tests.pipeline.outcomes import event

FINAL = (State.SENT, State.FAILED, State.IN_DOUBT)


@given(
    waiting=st.integers(0, 3),
    histories=st.lists(
        st.tuples(st.lists(st.sampled_from([State.DEFERRED, State.PENDING])), st.sampled_from(FINAL)), min_size=3
    ),
)
def test_everybody_is_counted_once_and_nothing_below_zero(
    waiting: int, histories: list[tuple[list[State], State]]
) -> None:
    progress = Progress(len(histories), waiting)
    for number, (before, last) in enumerate(histories):
        attempts = int(number < waiting)
        for state in (*before, last):
            progress(event(state, str(number), attempts=attempts))
            attempts += state is not State.PENDING
            assert min(progress.counts.values()) >= 0
            assert progress.settled + progress.counts["deferred"] <= progress.total
    assert progress.settled == progress.total == progress.counts.total()
    assert progress.counts["deferred"] == 0
    assert progress.attempts == len(histories) + sum(before.count(State.DEFERRED) for before, _ in histories)


def test_reasons_say_what_became_of_them() -> None:
    progress = Progress(4)
    progress(event(State.FAILED))
    progress(event(State.FAILED, attempts=4, gave_up=True))
    progress(event(State.FAILED, rendered=False, gave_up=True))
    progress(event(State.IN_DOUBT))
    assert [what for what, *_ in progress.reasons] == [
        "rejected for good",
        "gave up after 5",
        "cannot be rendered",
        "in doubt",
    ]


def test_a_server_that_words_each_refusal_anew_fills_no_memory() -> None:
    progress = Progress(3000)
    for number in range(3000):
        progress(event(State.FAILED, reply=f"id {number}"))
    assert len(progress.reasons) == 1001
    assert progress.reasons.total() == progress.counts["failed"] == 3000


def test_a_missed_copy_is_a_warning() -> None:
    progress = Progress(2)
    progress(event(State.SENT, warning="1 of 1 copies not accepted"))
    progress(event(State.SENT))
    assert (progress.warnings, progress.counts["sent"]) == (1, 2)


def test_what_could_not_be_recorded_is_in_doubt_unless_it_was_never_written() -> None:
    progress = Progress(3, waiting=1)
    progress.lost(event(State.SENT))
    progress.lost(event(State.DEFERRED, attempts=1))
    progress.lost(event(State.FAILED, rendered=False))
    assert progress.counts == {"in_doubt": 2, "deferred": 0}

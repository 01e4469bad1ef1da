from mailgrid.hookspecs import Status
from mailgrid.ledger.states import TRANSITIONS, State
from tests.docs.pages import names, table


def test_the_page_has_the_states_of_the_ledger() -> None:
    assert [row[0] for row in table("docs/delivery.md", "state")] == [f"`{state.value}`" for state in State]


def test_the_page_has_the_transitions_of_the_ledger() -> None:
    said = {tuple(cell.strip("`") for cell in row[:3]) for row in table("docs/delivery.md", "from")}
    assert said == {(before.value, event.value, after.value) for (before, event), after in TRANSITIONS.items()}


def test_the_page_has_every_outcome() -> None:
    said = set().union(*(names(row[0]) for row in table("docs/delivery.md", "outcome")))
    assert said == {status.value for status in Status}

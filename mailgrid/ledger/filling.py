"""Filling: puts the states of a recipient into SQL, from the table of transitions."""

from mailgrid.ledger.states import KEPT, TRANSITIONS, sources

__all__ = ["filled"]


def filled(sql: str) -> str:
    """Put in the states from which an event leads (`@intend`, `@accept`, ...) and the one it leads to (`@>crash`)."""
    for (_, event), after in TRANSITIONS.items():
        befores = ", ".join(f"'{state.value}'" for state in sources(event))
        sql = sql.replace(f"@>{event.value}", f"'{after.value}'").replace(f"@{event.value}", f"({befores})")
    return sql.replace("@kept", "(" + ", ".join(f"'{state.value}'" for state in KEPT) + ")")

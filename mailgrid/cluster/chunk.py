"""Chunk: a part of a run's people, as large as one host takes at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from mailgrid.cluster.cells import from_json, to_json
from mailgrid.hookspecs import Recipient
from mailgrid.pipeline.audience import Person
from mailgrid.value import value

__all__ = ["Member", "from_document", "to_document"]


@value
class Member:
    """Somebody in a chunk.

    `known` is when the last attempt of an earlier run ended, as the ledger had it when people were gathered; None:
    there was none. What the ledger says of them is this run's as soon as that has changed.
    """

    person: Person
    known: float | None = None


def to_document(members: Sequence[Member], kept: Sequence[str]) -> list[list[Any]]:
    """Return people as JSON, their cells in the order of the columns `kept`.

    Raises:
        MailgridError: a cell cannot be handed on.
    """
    return [
        [
            each.person.recipient.key,
            each.person.recipient.address,
            each.person.recipient.line,
            each.person.recipient.variant,
            _cells(each.person.recipient.fields, kept),
            each.person.due,
            each.person.attempts,
            each.person.first,
            each.known,
        ]
        for each in members
    ]


def from_document(document: Sequence[Sequence[Any]], kept: Sequence[str]) -> list[Member]:
    """Return the people that `to_document` wrote."""
    return [
        Member(
            Person(
                Recipient(
                    key=key,
                    address=address,
                    line=line,
                    variant=variant,
                    fields=_fields(cells, kept),
                ),
                due=due,
                attempts=attempts,
                first=first,
            ),
            known,
        )
        for key, address, line, variant, cells, due, attempts, first, known in document
    ]


def _cells(fields: Mapping[str, object], kept: Sequence[str]) -> object:
    """Return cells in the order of the columns; with their names where a plugin has given somebody other columns."""
    if tuple(fields) == tuple(kept):
        return [to_json(value) for value in fields.values()]
    return {name: to_json(value) for name, value in fields.items()}


def _fields(cells: Any, kept: Sequence[str]) -> dict[str, object]:  # noqa: ANN401 - a list or an object of JSON
    if isinstance(cells, dict):
        return {name: from_json(value) for name, value in cells.items()}
    return dict(zip(kept, map(from_json, cells), strict=True))

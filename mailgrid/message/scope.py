"""Scope: the names that a template sees. The row's columns, and a few of ours, which win over them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from mailgrid.hookspecs import Recipient

__all__ = ["PERSONAL", "Record", "Scope"]

#: Names that are made for each person where a template uses them.
PERSONAL = frozenset({"token"})


class Record:
    """Named values, read as `record.name` or `record["name"]`. It has no methods that could hide a column."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> object:
        return self._values[name]

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class Scope:
    """What all templates of one campaign see.

    Args:
        campaign: the campaign's name, `campaign.name`.
        variables: the values of the `let`s, `vars.x`.
        functions: functions by name, which have a prefix of their own.
        common: further functions; a column of the same name wins.
        now: the moment that the plan is made for, `now`.
    """

    def __init__(
        self,
        *,
        campaign: str,
        variables: Mapping[str, object],
        functions: Mapping[str, Callable[..., object]],
        common: Mapping[str, object],
        now: datetime,
    ) -> None:
        #: The names that each of our records has; None: those of the row, which only planning knows.
        self.records: dict[str, frozenset[str] | None] = {
            "campaign": frozenset({"name"}),
            "recipient": frozenset({"address"}),
            "row": None,
            "vars": frozenset(variables),
        }
        self._common = dict(common)
        self._fixed = {**functions, "campaign": Record({"name": campaign}), "now": now, "vars": Record(variables)}
        self.names = frozenset(self._fixed) | self._common.keys() | self.records.keys() | PERSONAL

    def of_fields(self, fields: Mapping[str, object]) -> dict[str, object]:
        """Return what can be seen while it is still open who the recipient is. An empty cell is an empty text."""
        cells = fields
        if None in fields.values():
            cells = {name: "" if value is None else value for name, value in fields.items()}
        return {**self._common, **cells, **self._fixed, "row": Record(cells)}

    def of(self, recipient: Recipient) -> dict[str, object]:
        """Return what can be seen of a recipient."""
        names = self.of_fields(recipient.fields)
        names["recipient"] = Record({"address": recipient.address})
        return names

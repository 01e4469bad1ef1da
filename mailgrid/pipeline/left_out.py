"""LeftOut: the rows of a source that did not come into the audience, each with why; on disk, beside the audience."""

from collections.abc import Sequence

from mailgrid.pipeline.audience import Audience, Person
from mailgrid.value import value

__all__ = ["LeftOut", "LeftOutRow"]

_TABLE = "CREATE TABLE left_out (id INTEGER PRIMARY KEY, line INTEGER, key TEXT, address TEXT, reason TEXT)"
_BATCH = 500


@value
class LeftOutRow:
    """A row, and why nothing is sent; `key` and `address` are empty where it has none. `number` is its place here."""

    line: int
    key: str
    address: str
    reason: str
    number: int = 0


class LeftOut:
    """Keeps rows, in the order in which they are noted. Used by one thread at a time.

    Args:
        audience: in whose private file they are.
    """

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self._waiting: list[LeftOutRow] = []
        audience.do(_TABLE)

    def note(self, row: LeftOutRow) -> None:
        """Keep a row."""
        self._waiting.append(row)
        if len(self._waiting) >= _BATCH:
            self._flush()

    def note_duplicates(self, batch: Sequence[Person]) -> None:
        """Keep those of a batch whose key the audience has of another row."""
        lines = self._audience.lines([person.recipient.key for person in batch])
        for person in batch:
            recipient = person.recipient
            if (line := lines[recipient.key]) != recipient.line:
                reason = f"same key as line {line}"
                self.note(LeftOutRow(recipient.line, recipient.key, recipient.address, reason))

    def rows_after(self, number: int) -> list[LeftOutRow]:
        """Return the next rows behind a number; none at the end."""
        self._flush()
        query = "SELECT line, key, address, reason, id FROM left_out WHERE id > ? ORDER BY id LIMIT ?"
        return [LeftOutRow(*cells) for cells in self._audience.do(query, number, _BATCH)]

    def _flush(self) -> None:
        rows = [(row.line, row.key, row.address, row.reason) for row in self._waiting]
        self._audience.do_many("INSERT INTO left_out VALUES (NULL, ?, ?, ?, ?)", rows)
        self._waiting.clear()

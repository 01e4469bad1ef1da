"""Queues: who stands in which lane of the audience, on disk, in the order of the source."""

from collections.abc import Mapping, Sequence

from mailgrid.pipeline.audience import Audience, Person

__all__ = ["Queues"]

#: So many people whose waiting is over are put back into their lanes at once.
_BATCH = 500

# Who stands in a lane is neither waiting nor taken; `lane != ''` lets SQLite use the index. `head` is the first of
# them, `turn` when the lane may be asked again, in seconds since the epoch; 0: now.
_SCHEMA = """
CREATE INDEX standing_in_lane ON people (lane, position) WHERE lane != '' AND due = 0 AND standing = 'pending';
CREATE TABLE lanes (lane TEXT NOT NULL PRIMARY KEY, head INTEGER NOT NULL, turn REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX turns ON lanes (turn, head);
INSERT INTO lanes SELECT lane, min(position), 0 FROM people
    WHERE lane != '' AND due = 0 AND standing = 'pending' GROUP BY lane;
"""
_IN_LANE = (
    "SELECT position FROM people WHERE lane = ? AND lane != '' AND due = 0 AND standing = 'pending' "
    "ORDER BY position LIMIT ?"
)
_OVER = "SELECT lane, position FROM people WHERE due > 0 AND due <= ? AND lane != '' AND standing = 'pending' LIMIT ?"


class Queues:
    """The lanes of an audience. Its index and table are made here: campaigns without limits pay nothing for them.

    Args:
        audience: gathered; it has no lanes yet.
    """

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        for statement in filter(str.strip, _SCHEMA.split(";")):
            audience.do(statement)

    def soonest(self) -> float | None:
        """Return when the next lane may be asked, in seconds since the epoch, 0 for now; None when all are empty."""
        rows = self._audience.do("SELECT turn FROM lanes ORDER BY turn LIMIT 1")
        return float(rows[0][0]) if rows else None

    def first(self, count: int, others: Sequence[int], now: float) -> dict[str, list[int]]:
        """Return the first people of the lanes that may be asked, by lane, as positions.

        Args:
            count: how many at most, those of `others` included who stand before them.
            others: the positions of people outside of all lanes.
            now: the time, in seconds since the epoch.
        """
        self._audience.do("UPDATE lanes SET turn = 0 WHERE turn > 0 AND turn <= ?", now)
        found: list[tuple[int, str]] = [(position, "") for position in others[:count]]
        for lane, head in self._audience.do("SELECT lane, head FROM lanes WHERE turn = 0 ORDER BY head LIMIT ?", count):
            if len(found) == count and head > found[-1][0]:
                break
            found += [(position, lane) for (position,) in self._audience.do(_IN_LANE, lane, count)]
            found = sorted(found)[:count]
        lanes: dict[str, list[int]] = {}
        for position, lane in found:
            if lane:
                lanes.setdefault(lane, []).append(position)
        return lanes

    def leave(self, positions: Mapping[str, Sequence[int]], turns: Mapping[str, float], now: float) -> list[Person]:
        """Take people out of their lanes, and note when each lane may be asked again.

        Args:
            positions: the first people of lanes, by lane.
            turns: when these lanes may be asked again, in seconds since the epoch.
            now: the time.
        """
        taken = sorted(position for some in positions.values() for position in some)
        people = self._audience.take(taken)
        for lane, turn in turns.items():
            head = self._audience.do(_IN_LANE, lane, 1)
            if head:
                again = turn if turn > now else 0
                self._audience.do("UPDATE lanes SET head = ?, turn = ? WHERE lane = ?", head[0][0], again, lane)
            else:
                self._audience.do("DELETE FROM lanes WHERE lane = ?", lane)
        return people

    def rejoin(self, now: float) -> None:
        """Put people whose waiting is over back into their lanes."""
        over = self._audience.do(_OVER, now, _BATCH)
        self._audience.do_many("UPDATE people SET due = 0 WHERE position = ?", [(place,) for _, place in over])
        join = "INSERT INTO lanes VALUES (?, ?, 0) ON CONFLICT (lane) DO UPDATE SET head = min(head, excluded.head)"
        self._audience.do_many(join, over)

    def waiting(self, now: float, count: int) -> tuple[list[str], int]:
        """Return some of the lanes that may not be asked yet, those with the first people, and how many there are."""
        names = self._audience.do("SELECT lane FROM lanes WHERE turn > ? ORDER BY head LIMIT ?", now, count)
        total = self._audience.do("SELECT count(*) FROM lanes WHERE turn > ?", now)
        return [name for (name,) in names], int(total[0][0])

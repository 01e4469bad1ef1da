"""A kill at every boundary of a run, and what the ledger says then against what the server took."""

from pathlib import Path

import pytest

from tests.end_to_end.crash_matrix import LIMITS, kill_everywhere

CHUNKED = ("PIPELINING", "CHUNKING")


@pytest.mark.parametrize(
    "extensions, workers, people, limits, kills",
    [
        ((), 1, 3, "", 45),
        (("PIPELINING",), 1, 2, "", 20),
        (CHUNKED, 1, 2, "the relay refuses us", 30),
        (CHUNKED, 2, 2, "the relay's quota is spent", 30),
        (CHUNKED, 2, 3, "the quota is spent", 20),
    ],
    ids=["lockstep", "pipelined", "refused", "relay's quota", "quota"],
)
def test_killed_at_every_boundary_nobody_is_lost_and_nobody_gets_two(
    tmp_path: Path, extensions: tuple[str, ...], workers: int, people: int, limits: str, kills: int
) -> None:
    assert kill_everywhere(tmp_path, extensions, workers, people, LIMITS[limits]) > kills

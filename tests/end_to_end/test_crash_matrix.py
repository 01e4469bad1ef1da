"""A kill at every boundary of a run, and what the ledger says then against what the server took."""

from pathlib import Path

import pytest

from tests.end_to_end.crash_matrix import kill_everywhere


@pytest.mark.parametrize(
    "extensions, workers, kills",
    [((), 1, 45), ((), 2, 45), (("PIPELINING",), 1, 20), (("PIPELINING", "CHUNKING"), 1, 15)],
    ids=["lockstep", "two workers", "pipelined", "chunked"],
)
def test_killed_at_every_boundary_nobody_is_lost_and_nobody_gets_two(
    tmp_path: Path, extensions: tuple[str, ...], workers: int, kills: int
) -> None:
    assert kill_everywhere(tmp_path, extensions, workers, people=3) > kills

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from itertools import chain, repeat
from threading import Event

import pytest

from mailgrid.web import changes as module
from mailgrid.web.changes import Changes


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_EVERY", 0.001)


def told(versions: Iterator[str], count: int) -> list[bytes]:
    """What a browser is told first."""

    async def listen() -> list[bytes]:
        async with aclosing(Changes(lambda: next(versions), lambda: False)()) as pieces:
            return [await anext(pieces) for _ in range(count)]

    return asyncio.run(listen())


def test_each_change_is_told_once() -> None:
    assert told(chain("1", "1", "2", "2", "1", repeat("1")), 3) == [b"data: 1\n\n", b"data: 2\n\n", b"data: 1\n\n"]


def test_a_quiet_connection_says_that_it_lives() -> None:
    assert told(repeat("1"), 3) == [b"data: 1\n\n", b": still here\n\n", b": still here\n\n"]


def test_the_end_waits_for_nothing_that_is_read_anew() -> None:
    over, never = Event(), Event()

    async def listen() -> list[bytes]:
        asyncio.get_running_loop().call_later(0.05, over.set)
        return [piece async for piece in Changes(lambda: str(never.wait()), over.is_set)()]

    assert asyncio.run(asyncio.wait_for(listen(), 20)) == []
    never.set()


def test_what_looking_raises_ends_the_connection() -> None:
    def broken() -> str:
        raise OSError("gone")

    async def listen() -> list[bytes]:
        return [piece async for piece in Changes(broken, lambda: False)()]

    with pytest.raises(OSError, match="gone"):
        asyncio.run(listen())

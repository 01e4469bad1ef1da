"""Changes: tells a browser when to look again, as server-sent events (the EventSource of the HTML standard)."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from threading import Thread

__all__ = ["Changes"]

#: How often it looks, in seconds, and after how many quiet looks it says that it lives.
_EVERY = 0.25
_BEATS = 40


class Changes:
    """Yields an event for the first version and for each that follows, until the server ends.

    Args:
        version: returns the version of what is shown; it may take long.
        is_over: whether the server is ending.
    """

    def __init__(self, version: Callable[[], str], is_over: Callable[[], bool]) -> None:
        self._version = version
        self._is_over = is_over

    async def __call__(self) -> AsyncGenerator[bytes, None]:
        """Look, and tell."""
        known, quiet = "", 0
        while (version := await self._looked()) is not None:
            quiet += 1
            if version != known:
                yield f"data: {version}\n\n".encode()
                known, quiet = version, 0
            elif quiet % _BEATS == 0:
                yield b": still here\n\n"
            await asyncio.sleep(_EVERY)

    async def _looked(self) -> str | None:
        """Return the version; None where the server ends, which does not wait for a long list to be read anew."""
        looking = asyncio.wrap_future(_aside(self._version))
        while not (self._is_over() or looking.done()):
            await asyncio.wait({looking}, timeout=_EVERY)
        return None if self._is_over() else looking.result()


def _aside(ask: Callable[[], str]) -> "Future[str]":
    """Ask on a thread of its own, for which the program does not wait at its end."""
    answer: Future[str] = Future()

    def asked() -> None:
        try:
            answer.set_result(ask())
        except Exception as error:
            answer.set_exception(error)

    Thread(target=asked, daemon=True).start()
    return answer

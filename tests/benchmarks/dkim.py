"""Signatures a second: `python -m tests.benchmarks.dkim`. RSA with 2,048 bits and Ed25519, with one thread and four.

The figures a second of CPU say what one core does; those a second on the clock what all cores did together.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

from mailgrid.message.dkim import Signature, Signatures, load_key
from tests.message.keys import ed25519, pem, rsa
from tests.message.letters import write

_MESSAGES = 1000
_TEXT = "Hello {{ name }}, this is a paragraph as a newsletter has them, of a hundred characters or nearly so.\n" * 10


def main() -> None:
    """Print the figures."""
    content = write(text=_TEXT, html=f"<p>{_TEXT}</p>").content
    print(f"a message of {len(content):,} bytes, {_MESSAGES:,} of them a thread")
    for name, key in (("rsa-2048", pem(rsa())), ("ed25519", pem(ed25519()))):
        sign = Signatures([Signature("example.com", "mail", load_key(key))], lambda: datetime.now(UTC))
        for threads in (1, 4):
            clock, cpu = measured(partial(sign, content), threads)
            print(f"{name:<9} {threads} threads  {clock:8,.0f} a second   {cpu:8,.0f} a second of CPU")


def measured(act: Callable[[], object], threads: int) -> tuple[float, float]:
    """Return how many a second, by the clock and by the CPU of this process."""

    def many(_: int) -> None:
        for _ in range(_MESSAGES):
            act()

    start, busy = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(many, range(threads)))
    whole = threads * _MESSAGES
    return whole / (time.perf_counter() - start), whole / (time.process_time() - busy)


if __name__ == "__main__":
    main()

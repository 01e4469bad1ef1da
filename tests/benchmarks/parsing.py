"""How long a campaign file takes from text to campaigns. Run: python -m tests.benchmarks.parsing."""

import time
from pathlib import Path

from mailgrid.language.compiler import compile_text
from mailgrid.language.text import Text
from tests.language.example_kinds import KINDS
from tests.language.golden import TESTS, split


def seconds(content: str) -> float:
    start = time.perf_counter()
    compile_text(Text("benchmark.mailgrid", content), KINDS, root=Path("/nonexistent"))
    return time.perf_counter() - start


def main() -> None:
    """Print the first compile, which builds the parser, and later ones of growing files."""
    sample = split(TESTS / "cases" / "spring.txt")[0]
    print(f"first, {len(sample):,} characters: {seconds(sample) * 1000:.0f} ms")
    print(f"again: {min(seconds(sample) for _ in range(20)) * 1000:.1f} ms")
    for count in (100, 1000, 3000):
        content = "segment s0 where active\n" + "".join(
            f'segment s{number + 1} where country = "FR" and in s0 or age between 18 and {number}\n'
            for number in range(count)
        )
        taken = seconds(content)
        print(f"{count:,} lines: {taken * 1000:.0f} ms, {taken / count * 1e6:.0f} µs a line")
    noise = "= 1\n" * 50_000
    print(f"{len(noise):,} characters of mistakes: {seconds(noise) * 1000:.0f} ms")


if __name__ == "__main__":
    main()

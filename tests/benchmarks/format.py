"""How long a campaign file takes to be laid out. Run: python -m tests.benchmarks.format."""

import time

from mailgrid.language.format.canonical import format_text
from mailgrid.language.parser import parse
from mailgrid.language.text import Text
from tests.language.golden import TESTS


def main() -> None:
    """Print the times for growing files, and how much of each is parsing."""
    sample = (TESTS / "samples" / "03_spring.mailgrid").read_text(encoding="utf-8")
    for count in (100, 1000, 5000):
        content = sample * -(-count // sample.count("\n"))
        start = time.perf_counter()
        parse(Text("benchmark.mailgrid", content))
        parsed = time.perf_counter()
        assert format_text(Text("benchmark.mailgrid", content)) == content
        lines, taken = content.count("\n"), time.perf_counter() - parsed
        print(f"{lines:,} lines: {taken * 1000:.0f} ms, of which {(parsed - start) * 1000:.0f} ms are parsing")


if __name__ == "__main__":
    main()

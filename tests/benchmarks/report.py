"""What the observer `report` takes to write its page and its table: `python -m tests.benchmarks.report [ROWS]`."""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

from mailgrid_plugins.observers.report.observer import Report

from mailgrid.hookspecs import CampaignInfo, Counts, Fate, Reply


def fates(count: int) -> Iterator[Fate]:
    """Yield rows, of which a tenth failed, at fifty thousand domains."""
    for number in range(count):
        address = f"person{number}@d{number % 50_000}.example"
        failed = number % 10 == 0
        yield Fate(
            line=number + 2,
            key=address,
            address=address,
            status="failed" if failed else "sent",
            reason="refused for good" if failed else "taken by the server",
            reply=Reply(code=550 if failed else 250, enhanced="5.1.1" if failed else "2.0.0", text=f"id {number}"),
            attempts=1,
            time=1_780_000_000.0 + number,
        )


def main() -> None:
    """Print the time, of the clock and of the processor, the files' sizes and the most memory that was resident."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        begun, busy = time.perf_counter(), time.process_time()
        report = Report(Path(name), UTC)
        report.campaign_started(CampaignInfo(name="news", edition="", transport="smtp", to_send=count))
        report.rows_settled(fates(count))
        report.campaign_finished(Counts(sent=count, failed=0, deferred=0, in_doubt=0))
        spent, busy = time.perf_counter() - begun, time.process_time() - busy
        table, page = (Path(name, f"news.{kind}").stat().st_size for kind in ("csv", "html"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count:,} rows: {spent:.1f} s ({busy:.1f} of CPU), {peak:.0f} MB, table {table:,} B, page {page:,} B")


if __name__ == "__main__":
    main()

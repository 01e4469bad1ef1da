"""What the preview of a long list takes: `python -m tests.benchmarks.preview 10 1000000`.

Seconds of a process's CPU until its address is there, of a page at the end of the list, of a search that finds nothing
until the end; and the memory that it holds afterwards.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.end_to_end.campaign_folder import CampaignFolder

__all__ = ["main"]

_LENGTHS = (10, 100_000)


class _Reader:
    """Asks a preview as its pages do, and says what CPU time that took."""

    def __init__(self, process: "subprocess.Popen[str]", url: str) -> None:
        place = urlsplit(url)
        self._kernel = Path(f"/proc/{process.pid}")
        self._connection = HTTPConnection(place.netloc, timeout=300)
        self._connection.request(
            "POST", "/session", parse_qs(place.fragment)["key"][0], {"Origin": f"http://{place.netloc}"}
        )
        entered = self._connection.getresponse()
        entered.read()
        self._cookie = entered.headers["Set-Cookie"].partition(";")[0]

    @property
    def seconds(self) -> float:
        fields = (self._kernel / "stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def megabytes(self) -> float:
        lines = (self._kernel / "status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def page(self, after: str, wanted: str = "") -> dict[str, Any]:
        self._connection.request("GET", f"/messages?after={after}&wanted={wanted}", headers={"Cookie": self._cookie})
        found: dict[str, Any] = json.loads(self._connection.getresponse().read())
        return found

    def search(self, wanted: str) -> None:
        after: str | None = ""
        while after is not None:
            after = self.page(after, wanted)["after"]


def main() -> None:
    """Print a line for each length."""
    for count in [int(word) for word in sys.argv[1:]] or _LENGTHS:
        with tempfile.TemporaryDirectory() as name:
            folder = CampaignFolder(Path(name))
            folder.people(count)
            folder.campaign('maildir "box/"')
            process = folder.start("preview", "welcome.mailgrid", "--open")
            assert process.stdout is not None
            reader = _Reader(process, process.stdout.readline().strip())
            begun = reader.seconds
            reader.page(str(count - 1))
            paged = reader.seconds
            reader.search("nobody")
            searched = reader.seconds
            memory = reader.megabytes
            process.send_signal(signal.SIGINT)
            process.communicate()
        sys.stdout.write(
            f"{count:9,} people   ready {begun:6.2f} s   last page {paged - begun:5.2f} s   "
            f"search {searched - paged:6.2f} s   {memory:4.0f} MB\n"
        )


if __name__ == "__main__":
    main()

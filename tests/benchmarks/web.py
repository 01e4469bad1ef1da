"""A server on this machine for `tests.benchmarks.sources`: what it has, and how a process comes to it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.plugins.web.web_server import Page, web_server

__all__ = ["READ_GOOGLE", "served"]

_ID = "1aBcDeFgHiJkLmNoPqRsTuVwXyZ_0123456789-abcd"
_HOSTS = ("docs.google.com", "doc-0s-4c-sheets.googleusercontent.com")
#: Leads the names of Google to this machine, in the process that reads.
READ_GOOGLE = """
import os, socket
from mailgrid_plugins.web import address
port, connect = int(os.environ.get("GOOGLE_PORT", "0")), socket.create_connection
if port:
    address._is_public = lambda _address: True
    socket.getaddrinfo = lambda host, port, *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    socket.create_connection = lambda _address, timeout: connect(("127.0.0.1", port), timeout)
"""


@contextmanager
def served(folder: Path) -> Iterator[list[tuple[str, str, Mapping[str, object], Mapping[str, str]]]]:
    """Serve the lists of a folder; give label, location, options and environment of each source."""
    with web_server(folder, *_HOSTS) as server:
        table = (folder / "people.csv").read_bytes()
        export = f"/spreadsheets/d/{_ID}/export?format=csv&gid=0"
        server.pages = {
            "/people.csv": Page(table),
            "/people.json": Page((folder / "people.json").read_bytes()),
            export: Page(status=307, headers={"Location": f"https://{_HOSTS[1]}/content"}),
            "/content": Page(table, headers={"Content-Type": "text/csv"}),
        }
        own = {"ca": str(server.ca), "allow_hosts": ["localhost"]}
        google = {"GOOGLE_PORT": str(server.port), "SSL_CERT_FILE": str(server.ca)}
        yield [
            ("http (csv)", server.url("/people.csv"), own, {}),
            ("http (json)", server.url("/people.json"), own | {"format": "json"}, {}),
            ("sheets", _ID, {}, google),
        ]

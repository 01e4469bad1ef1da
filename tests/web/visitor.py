"""A visitor without a browser: asks as one, with the headers that are wanted, and nothing else."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Thread
from typing import Any

from mailgrid.web.server import Server
from mailgrid.web.spool import Spool

__all__ = ["Answer", "Visitor", "serving"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; the names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Visitor:
    """Asks a server.

    Args:
        server: whom.
    """

    def __init__(self, server: Server) -> None:
        self.door = server.door
        self.port = int(server.door.address.rpartition(":")[2].strip("/"))
        self.origin = server.door.address.rstrip("/")
        self.cookie = ""

    def enter(self, word: str | None = None, **headers: str) -> Answer:
        """Show the token, or another word, and keep the cookie."""
        told = {"Origin": self.origin, **headers}
        answer = self("/session", method="POST", body=self.door.token if word is None else word, **told)
        self.cookie = answer.headers.get("set-cookie", "").partition(";")[0]
        return answer

    def __call__(self, path: str, *, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        """Ask for a path; in the names of headers `_` stands for `-`."""
        told = {"Cookie": self.cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, told)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()


@contextmanager
def serving(spool: Spool) -> Iterator[Visitor]:
    """Serve messages on a thread of its own, to a visitor who has come in."""
    server = Server(spool)
    thread = Thread(target=server.run)
    thread.start()
    try:
        visitor = Visitor(server)
        visitor.enter()
        yield visitor
    finally:
        server.stop()
        thread.join(20)
        assert not thread.is_alive()

"""A web server on a free loopback port, with a certificate of its own authority, that answers as its pages say."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme

__all__ = ["Page", "WebServer", "web_server"]


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: `cut` bytes of its body are not sent, though they are announced."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0


class WebServer:
    """What it has, by path and query, and who asked for it: (host, path, headers)."""

    def __init__(self, ca: Path, port: int) -> None:
        self.pages: dict[str, Page | Callable[[bytes], Page]] = {}
        self.asked: list[tuple[str, str, Mapping[str, str]]] = []
        self.ca = ca
        self.port = port

    def url(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"


@contextmanager
def web_server(folder: Path, *hosts: str) -> Iterator[WebServer]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", *hosts).configure_cert(tls)

    class Asked(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(length)
            server.asked.append((self.headers["Host"].partition(":")[0], self.path, dict(self.headers)))
            page = server.pages.get(self.path, Page(status=404))
            page = page(sent) if callable(page) else page
            self.send_response(page.status)
            for name, value in {"Content-Length": str(len(page.body)), **page.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(page.body[: len(page.body) - page.cut])
            self.close_connection = True

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *words: object) -> None:
            pass

    class Listening(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *words: object) -> None:
            pass  # a client that hangs up is what is tested

    with Listening(("127.0.0.1", 0), Asked) as listening:
        listening.socket = tls.wrap_socket(listening.socket, server_side=True)
        server = WebServer(folder / "ca.pem", listening.server_address[1])
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()

"""A server on a free port that speaks the wire of SESv2, as far as a transport needs it."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

__all__ = ["SesServer"]


class SesServer:
    """Takes what is sent, to be used in a `with`.

    Args:
        error: the name of the API's error that it answers, with `status`; empty for none.
        status: the status of that answer.
        delay: how long an answer takes, in seconds; the message is taken before.
        hangs_up: whether it closes the connection once it has taken a message, without an answer.
        takes: whether it has taken the message, whatever it answers.
        body: what it answers in place of what it should.
        sending_enabled: what it says of the account.
    """

    def __init__(
        self,
        error: str = "",
        status: int = 400,
        *,
        delay: float = 0.0,
        hangs_up: bool = False,
        takes: bool = False,
        body: bytes = b"",
        sending_enabled: bool = True,
    ) -> None:
        self.error, self.status, self.delay, self.hangs_up = error, status, delay, hangs_up
        self.takes, self.body = takes, body
        self.sending_enabled = sending_enabled
        self.over = threading.Event()
        self.requests: list[dict[str, Any]] = []
        self.contents: list[bytes] = []
        wire = type("Wire", (_Wire,), {"ses": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), wire)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"


class _Wire(BaseHTTPRequestHandler):
    """Answers one connection as `ses` says."""

    ses: SesServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert self.path == "/v2/email/account"
        if self.ses.error:
            self.answer(self.ses.status, {"message": "no, says ann@mail.example"}, self.ses.error)
        else:
            self.answer(200, {"SendingEnabled": self.ses.sending_enabled})

    def do_POST(self) -> None:
        assert self.path == "/v2/email/outbound-emails"
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.ses.requests.append(request)
        if self.ses.takes or not self.ses.error:
            self.ses.contents.append(base64.b64decode(request["Content"]["Raw"]["Data"]))
        if self.ses.error:
            return self.answer(self.ses.status, {"message": "no"}, self.ses.error)
        if self.ses.hangs_up:
            self.close_connection = True
            return None
        self.ses.over.wait(self.ses.delay)
        return self.answer(200, {"MessageId": f"id-{len(self.ses.contents)}"})

    def answer(self, status: int, value: object, error: str = "") -> None:
        body = self.ses.body or json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass

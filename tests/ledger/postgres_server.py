"""A server that speaks a little of PostgreSQL's protocol (https://www.postgresql.org/docs/current/protocol.html)."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

__all__ = ["Heard", "speaking"]


class Heard:
    """Where it listens, and all that clients have said to it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.words = b""


@contextmanager
def speaking(version: str) -> Iterator[Heard]:
    """Listen on a port of this machine: it knows no TLS, lets everybody in, and says that it is this old."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        heard = Heard(listening.getsockname()[1])
        thread = Thread(target=_serve, args=(listening, heard, version))
        thread.start()
        yield heard
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


def _serve(listening: socket.socket, heard: Heard, version: str) -> None:
    with suppress(OSError):
        while True:
            client, _ = listening.accept()
            with client:
                _answer(client, heard, version)


def _answer(client: socket.socket, heard: Heard, version: str) -> None:
    while words := client.recv(4096):
        heard.words += words
        if words[4:8] == struct.pack("!I", 80877103) or words[4:8] == struct.pack("!I", 80877104):  # SSLRequest
            client.sendall(b"N")
        elif words[:1] == b"X":
            return
        else:
            setting = f"server_version\0{version}\0client_encoding\0UTF8\0".encode().split(b"\0", 2)
            client.sendall(_message(b"R", struct.pack("!I", 0)))
            client.sendall(_message(b"S", b"\0".join(setting[:2]) + b"\0"))
            client.sendall(_message(b"S", setting[2]))
            client.sendall(_message(b"K", struct.pack("!II", 1, 2)) + _message(b"Z", b"I"))


def _message(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("!I", len(content) + 4) + content

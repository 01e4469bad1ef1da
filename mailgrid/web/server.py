"""Server: the pages on 127.0.0.1, until Ctrl-C."""

import socket

import uvicorn

from mailgrid.errors import UsageError, reason_of
from mailgrid.web.door import Door
from mailgrid.web.pages import pages
from mailgrid.web.spool import Spool

__all__ = ["Server"]

#: An answer that is on its way when the server ends may take so long, in seconds.
_GRACE = 2


class Server:
    """Serves one spool. Nothing but this machine can reach it.

    Args:
        spool: the messages.
        port: the port; 0 for any that is free.

    Raises:
        UsageError: the port is taken.
    """

    def __init__(self, spool: Spool, port: int = 0) -> None:
        try:
            self._socket = socket.create_server(("127.0.0.1", port))
        except OSError as error:
            hint = "give another one, or none"
            raise UsageError(f"port {port} cannot be used: {reason_of(error)}", hint=hint) from error
        #: Who may see the pages, and where they are.
        self.door = Door(self._socket.getsockname()[1])
        config = uvicorn.Config(
            pages(spool, self.door, lambda: self._server.should_exit),
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
        self._server = uvicorn.Server(config)

    def run(self) -> None:
        """Serve until Ctrl-C, or until `stop`.

        Raises:
            KeyboardInterrupt: that was Ctrl-C, or SIGTERM.
        """
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """End it, from another thread; what is on its way is finished."""
        self._server.should_exit = True

"""Heart: tells the database once a second that this host is alive, and learns what is wanted of it."""

import threading
from collections.abc import Callable

from mailgrid import __version__
from mailgrid.cluster.chunks import Chunks
from mailgrid.cluster.hosts import Host, Hosts
from mailgrid.cluster.post import Log, Post
from mailgrid.cluster.sending import Sending
from mailgrid.errors import LedgerError
from mailgrid.ledger.postgres.server import Server

__all__ = ["Heart"]

_EVERY = 1.0
#: The rate that is shown is that of the last so many beats.
_BEATS = 5


class Heart:
    """A thread that beats until it is closed.

    Args:
        server: the database.
        id_: the host's id.
        name: how people call it.
        posts: returns the host's runs.
        troubles: returns why it does not send some, by their numbers.
        log: is told what happens.
    """

    def __init__(
        self,
        server: Server,
        id_: str,
        name: str,
        posts: Callable[[], list[Post]],
        troubles: Callable[[], dict[int, str]],
        log: Log,
    ) -> None:
        self._id = id_
        self._name = name
        self._posts = posts
        self._troubles = troubles
        self._log = log
        self._chunks = Chunks(server)
        self._hosts = Hosts(server)
        self._sent = 0  # by runs that are over
        self._history: list[int] = []
        self.alive = 1  #: how many hosts there are, this one included
        self._away = False
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def start(self) -> None:
        """Begin to beat.

        Raises:
            LedgerError: the database does not take the first beat.
        """
        self.alive = self._hosts.beat(Host(id=self._id, name=self._name, version=__version__))
        self._thread.start()

    def retire(self, post: Post) -> None:
        """Note that a run is over: what was sent of it still counts."""
        self._sent += post.sent

    def close(self) -> None:
        """Stop, and take leave of the others."""
        self._closing.set()
        self._thread.join()
        try:
            self._hosts.leave(self._id)
        except LedgerError as error:
            self._log("database", reason=error.message)

    def _run(self) -> None:
        while not self._closing.wait(_EVERY):
            try:
                self._beat()
                self._away = False
            except LedgerError as error:
                if not self._away:
                    self._log("database", reason=error.message)
                self._away = True

    def _beat(self) -> None:
        posts = self._posts()
        for post in posts:
            for sending in post.sendings:
                self._keep(sending)
            post.part.look(self.alive)
        sent = self._sent + sum(post.sent + sum(map(_sent, post.sendings)) for post in posts)
        self._history = [*self._history, sent][-_BEATS - 1 :]
        rate = (self._history[-1] - self._history[0]) / _EVERY / max(1, len(self._history) - 1)
        troubles = self._troubles() | {post.part.run.id: post.trouble for post in posts if post.trouble}
        self.alive = self._hosts.beat(
            Host(id=self._id, name=self._name, version=__version__, sent=sent, per_second=rate, troubles=troubles)
        )

    def _keep(self, sending: Sending) -> None:
        """Keep a chunk that is being sent, or stop where somebody else has it."""
        asked = sending.guard.clock()
        if self._chunks.beat(sending.held, sending.counted):
            sending.guard.confirm(asked)
        elif not sending.guard.lost:
            sending.guard.lost = True
            sending.stop()


def _sent(sending: Sending) -> int:
    return sending.progress.counts["sent"] if sending.progress else 0

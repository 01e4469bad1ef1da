"""A transport that is loaded as a plugin, does what it is told with each address, and can cut the power."""

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from mailgrid.hookspecs import Context, Message, Outcome, Reply, Scope, Status, TransportKind, hookimpl
from mailgrid.ledger.folder import Folder
from mailgrid.ledger.suppression import Suppressed

__all__ = ["FATES", "OFFICES", "PostOffice", "plugin", "register_transports"]

#: What becomes of a message: is it taken, and what is said.
FATES = {
    "accept": (True, Status.SENT, Scope.RECIPIENT),
    "refuse": (False, Status.FAILED, Scope.RECIPIENT),
    "defer": (False, Status.DEFERRED, Scope.RECIPIENT),
    "lose the answer": (True, Status.IN_DOUBT, Scope.RECIPIENT),
    "lose the message": (False, Status.IN_DOUBT, Scope.RECIPIENT),
    "turn us away": (False, Status.UNSENT, Scope.SENDER),
}
_CODES = {Status.SENT: 250, Status.FAILED: 550, Status.DEFERRED: 451, Status.IN_DOUBT: 0, Status.UNSENT: 535}


class PostOffice:
    """It is transport and session at once.

    `fates` are by address; who has none is accepted, and so is everybody at a second try. At the address `cut` the
    power fails, before or after its message is taken: what is on disk then is what there is when it comes back. Once
    the message to `at` is answered, `leaver` comes onto the do-not-mail list; `wronged` got a message after that.
    """

    title = "post office"
    window = 2

    def __init__(self, root: Path) -> None:
        self.root = root
        self.begin({})

    def begin(self, fates: Mapping[str, str], cut: str = "", *, after: bool = False) -> None:
        """Be ready for another run."""
        self.fates = dict(fates)
        self.cut = cut
        self.after = after
        self.dead = False
        self.taken: Counter[str] = Counter()
        self.answers: list[tuple[str, Status]] = []
        self.at = self.leaver = ""
        self.left: set[str] = set()
        self.wronged: set[str] = set()

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        self.wronged |= self.left.intersection(message.rcpt_to for message in batch)
        for message in batch:
            address = message.rcpt_to
            taken, status, scope = FATES[self.fates.pop(address, "accept")]
            if address == self.cut and not self.dead:
                self.taken[address] += self.after
                self._cut_the_power()
            if self.dead:  # nobody is there any more who could be told anything: this only ends the run
                status, scope = Status.UNSENT, Scope.SENDER
            else:
                self.taken[address] += taken
                self.answers.append((address, status))
            reply = Reply(code=_CODES[status], text="so be it")
            yield Outcome(message=message, status=status, reply=reply, scope=scope)
            if address == self.at and not self.dead:
                self._let_leave()

    def check(self) -> None:
        """It is always there."""

    def open_session(self) -> "PostOffice":
        return self

    def close(self) -> None:
        """Nothing is held."""

    def power_is_back(self) -> None:
        """Put back what was on disk when it failed."""
        shutil.rmtree(self.root / ".mailgrid")
        (self.root / "kept").rename(self.root / ".mailgrid")
        self.dead = False

    def _let_leave(self) -> None:
        with closing(Folder(self.root / ".mailgrid").suppression(write=True)) as suppression:
            suppression.add([Suppressed(self.leaver)])
        self.left.add(self.leaver)

    def _cut_the_power(self) -> None:
        shutil.copytree(self.root / ".mailgrid", self.root / "kept", ignore=shutil.ignore_patterns("*-shm"))
        self.dead = True


#: By the root of their project.
OFFICES: dict[Path, PostOffice] = {}


def _open(_location: str | None, _options: Mapping[str, Any], context: Context) -> PostOffice:
    return OFFICES[context.root]


@hookimpl
def register_transports(register: Callable[[TransportKind], None]) -> None:
    """Register a post office that reaches people, and one for rehearsals."""
    register(TransportKind(name="post", open=_open, help="the post office"))
    register(TransportKind(name="practice", open=_open, help="the same, for rehearsals", reaches_people=False))


@contextmanager
def plugin(folder: Path) -> Iterator[None]:
    """Let the post office be found as a distribution."""
    info = folder / "post_office-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: post-office\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[mailgrid]\npost = tests.simulation.post_office\n")
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))

"""Postfix with a configuration, a queue, a log and a certificate of its own."""

import re
import shutil
import signal
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.servers.real_server import RealServer, why_not

__all__ = ["MISSING", "Postfix"]

#: Why there can be none here; empty where there can.
MISSING = why_not("/usr/lib/postfix/sbin/master")

_DAEMONS = Path("/usr/lib/postfix/sbin")

# Everything is taken, written to the queue on disk, and thrown away from there. Who is `gone` or `busy` is refused
# before that; what is for people `onward` is handed to the next server.
_MAIN = """
compatibility_level = 3.7
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
myhostname = mx.example.org
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
inet_protocols = ipv4
default_transport = discard:
transport_maps = regexp:{folder}/transport
smtpd_recipient_restrictions = check_recipient_access regexp:{folder}/recipients, permit_mynetworks, reject
smtpd_tls_security_level = may
smtpd_tls_chain_files = {folder}/certificates/key.pem {folder}/certificates/cert.pem
smtputf8_enable = yes
"""
_RECIPIENTS = "/^gone/ 550 5.1.1 no such mailbox\n/^busy/ 450 4.2.0 not now\n"
_TRANSPORT = "/^onward/ smtp:[127.0.0.1]:{onward}\n"
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix(RealServer):
    """A Postfix that takes mail for everybody."""

    _delivery = re.compile(r" to=<([^>]+)>, (?:orig_to=.*)?relay=.* status=sent ")

    @property
    def log(self) -> Path:
        """Its log."""
        return self.folder / "log/mail.log"

    @property
    def queue(self) -> Sequence[Path]:
        """Where messages wait."""
        return [self.folder / "queue" / name for name in ("incoming", "active", "deferred", "hold")]

    def reload(self) -> None:
        """Make it read its configuration anew, as `postfix reload` does: each process ends when it is idle."""
        self.signal(signal.SIGHUP)

    def _prepare(self) -> Sequence[str | Path]:
        self._make_folders()
        main = _MAIN.format(folder=self.folder, daemons=_DAEMONS) + self._settings
        (self.folder / "etc/main.cf").write_text(main)
        (self.folder / "etc/master.cf").write_text(_MASTER.format(port=self.port))
        (self.folder / "recipients").write_text(_RECIPIENTS)
        (self.folder / "transport").write_text(_TRANSPORT.format(onward=self._onward))
        return [_DAEMONS / "master", "-c", self.folder / "etc", "-s"]

    def _make_folders(self) -> None:
        """Make what `postfix start` makes; its scripts take seconds."""
        for name in ("etc", "log", "queue", "queue/pid"):
            (self.folder / name).mkdir()
        queues = ("incoming", "active", "deferred", "bounce", "defer", "flush", "hold", "trace", "corrupt", "saved")
        for name in ("data", *(f"queue/{queue}" for queue in queues), "queue/private"):
            (self.folder / name).mkdir(mode=0o700)
            shutil.chown(self.folder / name, "postfix")
        for name, mode in (("queue/maildrop", 0o730), ("queue/public", 0o710)):
            (self.folder / name).mkdir()
            (self.folder / name).chmod(mode)
            shutil.chown(self.folder / name, "postfix", "postdrop")

    def _told_all(self) -> Callable[[], bool]:
        """Put a mark behind what waits to be written to the log: one process writes it, in the order it gets."""
        mark = f"mark {time.monotonic_ns()}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as postlog:
            postlog.sendto(mark.encode(), str(self.folder / "queue/public/postlog"))
        return lambda: mark in self.log.read_text(encoding="utf-8")

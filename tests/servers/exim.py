"""Exim with a configuration, a spool, a log and a certificate of its own."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.servers.real_server import RealServer, why_not

__all__ = ["MISSING", "Exim"]

#: Why there can be none here; empty where there can.
MISSING = why_not("exim4")

_OWNER = "Debian-exim"

_CONFIGURATION = """
exim_path = {program}
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
primary_hostname = mx.example.org
keep_environment =
deliver_drop_privilege
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
smtp_accept_max = 100
smtp_accept_queue_per_connection = 0
tls_advertise_hosts = *
tls_certificate = {folder}/certificates/cert.pem
tls_privatekey = {folder}/certificates/key.pem
acl_smtp_rcpt = recipients
{settings}

begin acl
recipients:
  deny
    local_parts = ^gone
    message = 5.1.1 no such mailbox
  defer
    local_parts = ^busy
    message = 4.2.0 not now
  accept

begin routers
onward:
  driver = manualroute
  local_parts = ^onward
  route_list = * 127.0.0.1
  self = send
  transport = onward
everybody:
  driver = accept
  transport = nowhere

begin transports
nowhere:
  driver = appendfile
  file = /dev/null
onward:
  driver = smtp
  port = {onward}
  allow_localhost

begin retry
* * F,1h,1m
"""


class Exim(RealServer):
    """An Exim that takes mail for everybody."""

    _delivery = re.compile(r" => (?:\S+ <)?([^ <>]+@[^ <>]+)")

    @property
    def log(self) -> Path:
        """Its log."""
        return self.folder / "log/mainlog"

    @property
    def queue(self) -> Sequence[Path]:
        """Where messages wait."""
        return [self.folder / "spool/input"]

    def _prepare(self) -> Sequence[str | Path]:
        program = shutil.which("exim4")
        assert program
        for name in ("spool", "log"):
            (self.folder / name).mkdir()
            shutil.chown(self.folder / name, _OWNER, _OWNER)
        shutil.chown(self.certificates / "key.pem", _OWNER)
        configuration = self.folder / "exim.conf"
        configuration.write_text(
            _CONFIGURATION.format(
                program=program,
                folder=self.folder,
                port=self.port,
                settings=self._settings,
                onward=self._onward or 25,
            )
        )
        return [program, "-C", configuration, "-bdf"]

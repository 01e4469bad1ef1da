"""Program: what the transport `command` runs, and what its exit status makes of a message."""

import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Context, Message, OneByOne, Outcome, Reply, Scope, Status

__all__ = ["ProgramTransport", "open_command"]

#: What stands for the envelope in the arguments.
_SENDER, _RECIPIENT = "{sender}", "{recipient}"
#: What follows a program that is named without them (sendmail's own): a lone dot ends nothing, then the envelope.
_ENVELOPE = ("-i", "-f", _SENDER, "--", _RECIPIENT)
_LONGEST_WORD = 500

#: Exit statuses (sysexits.h of 4.3BSD), what they make of a message, and whom they are about. A program that ends with
#: one of these has not taken the message.
_MEANINGS: Mapping[int, tuple[str, Status, Scope]] = {
    64: ("EX_USAGE", Status.UNSENT, Scope.SENDER),
    65: ("EX_DATAERR", Status.FAILED, Scope.RECIPIENT),
    66: ("EX_NOINPUT", Status.UNSENT, Scope.SENDER),
    67: ("EX_NOUSER", Status.FAILED, Scope.RECIPIENT),
    68: ("EX_NOHOST", Status.FAILED, Scope.RECIPIENT),
    69: ("EX_UNAVAILABLE", Status.UNSENT, Scope.ROUTE),
    70: ("EX_SOFTWARE", Status.IN_DOUBT, Scope.ROUTE),
    71: ("EX_OSERR", Status.UNSENT, Scope.ROUTE),
    72: ("EX_OSFILE", Status.UNSENT, Scope.SENDER),
    73: ("EX_CANTCREAT", Status.UNSENT, Scope.ROUTE),
    74: ("EX_IOERR", Status.IN_DOUBT, Scope.ROUTE),
    75: ("EX_TEMPFAIL", Status.DEFERRED, Scope.RECIPIENT),
    76: ("EX_PROTOCOL", Status.IN_DOUBT, Scope.ROUTE),
    77: ("EX_NOPERM", Status.UNSENT, Scope.SENDER),
    78: ("EX_CONFIG", Status.UNSENT, Scope.SENDER),
}
#: Any other: refused, perhaps because of us; three in a row, and nothing between, end the run and blame nobody.
_OTHER = ("", Status.FAILED, Scope.SENDER)


class ProgramTransport:
    """Runs a program for each message, without a shell: the content on its standard input, with LF line ends.

    Args:
        words: the program and its arguments; those that stand for the envelope are filled in.
        folder: where it runs.
        limit: how long it may take for a message, in seconds.
    """

    def __init__(self, words: Sequence[str], folder: Path, limit: float) -> None:
        self.title = f"command {words[0]}"
        self._words = tuple(words)
        self._folder = folder
        self._limit = limit

    def check(self) -> None:
        """Find the program.

        Raises:
            TransportError: there is none that can be run.
        """
        program = self._words[0]
        here = str(self._folder / program) if "/" in program else program
        if shutil.which(here) is None:
            raise TransportError(f"`{program}` cannot be run", hint="is it installed? write its whole path")

    def open_session(self) -> OneByOne:
        """Make a session; each runs a program at a time."""
        return OneByOne(self._send)

    def close(self) -> None:
        """Nothing is held: no program outlives its message."""

    def _send(self, message: Message) -> Outcome:
        words = [word.replace(_SENDER, message.mail_from) for word in self._words]
        words = [word.replace(_RECIPIENT, message.rcpt_to) for word in words]
        if message.rcpt_to.startswith("-") and "--" not in self._words:
            reply = Reply(text="the address would be taken for an option of the program")
            return Outcome(message=message, status=Status.FAILED, reply=reply)
        try:
            ended = subprocess.run(  # noqa: S603  # no shell, and only where the project trusts it
                words,
                cwd=self._folder,
                input=message.content.replace(b"\r\n", b"\n"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=self._limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            reply = Reply(text=f"the program did not end within {self._limit:g} seconds")
            return Outcome(message=message, status=Status.IN_DOUBT, reply=reply, scope=Scope.ROUTE)
        except (OSError, ValueError) as error:  # it was never run; a NUL in an argument is a ValueError
            reply = Reply(text=f"cannot be run: {getattr(error, 'strerror', None) or error}")
            return Outcome(message=message, status=Status.UNSENT, reply=reply, scope=Scope.SENDER)
        return _outcome(message, ended.returncode, ended.stderr)


def _outcome(message: Message, status: int, said: bytes) -> Outcome:
    """Return what an exit status makes of a message; a negative one is the signal that ended the program."""
    words = said.decode("utf-8", "replace").strip().partition("\n")[0][:_LONGEST_WORD]
    if status == 0:
        return Outcome(message=message, status=Status.SENT, reply=Reply(text=words))
    if status < 0:  # it may have taken the message before
        reply = Reply(text=f"ended by signal {-status}: {words}".removesuffix(": "))
        return Outcome(message=message, status=Status.IN_DOUBT, reply=reply, scope=Scope.ROUTE)
    name, outcome, scope = _MEANINGS.get(status, _OTHER)
    text = f"exit status {status} {name}".rstrip()
    reply = Reply(text=f"{text}: {words}".removesuffix(": "))
    return Outcome(message=message, status=outcome, reply=reply, scope=scope)


def open_command(location: str | None, options: Mapping[str, Any], context: Context) -> ProgramTransport:
    """Make the transport; nothing is run yet.

    Raises:
        TransportError: the location is no command line.
    """
    try:
        words = shlex.split(location or "")
    except ValueError as error:
        raise TransportError(f"the command cannot be read: {error}", hint="close every quote that you open") from None
    if not words:
        raise TransportError("the command is empty", hint='write for instance: command "/usr/sbin/sendmail"')
    if not any(_RECIPIENT in word for word in words):
        words += _ENVELOPE
    return ProgramTransport(words, context.folder, options["timeout"].total_seconds())

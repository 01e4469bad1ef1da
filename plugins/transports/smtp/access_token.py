"""AccessToken: what an OAuth 2.0 login shows instead of a password (RFC 6749, 1.4), given or printed by a program."""

import re
import threading
from pathlib import Path

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Scope, Secret

__all__ = ["AccessToken", "NoToken"]

#: How long a program may take to print a token, in seconds.
_LIMIT = 30.0
#: What a bearer token is made of (RFC 6750, 2.1).
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")


class NoToken(TransportError):
    """There is no token to log in with. The message holds nothing that a program printed.

    `scope` is `route` when the same program may print one later, `sender` when it needs another setting.
    """

    def __init__(self, message: str, *, hint: str, scope: Scope = Scope.SENDER) -> None:
        super().__init__(message, hint=hint)
        self.scope = scope


class AccessToken:
    """A token for all sessions of a transport. It is kept until the server refuses it.

    Args:
        token: the token itself; None where a program prints it.
        command: the program and its arguments, as a shell would split them; none is run.
        folder: where the program runs.
        limit: how long it may take, in seconds.

    Raises:
        NoToken: the token, or the command, cannot be one.
    """

    def __init__(
        self, token: Secret | None = None, command: str = "", folder: Path | None = None, limit: float = _LIMIT
    ) -> None:
        self._words = _split(command)
        self._folder = folder
        self._limit = limit
        self._lock = threading.Lock()
        self._text = _checked(token.reveal(), "`token`") if token else ""
        #: Every token that there was, so that none of them is ever shown.
        self.known = {self._text} - {""}

    def __call__(self) -> str:
        """Return the token.

        Raises:
            NoToken: the program prints none.
        """
        with self._lock:
            return self._text or self._run()

    def renew(self, refused: str) -> bool:
        """Say whether there is another token than one that was refused; the program is asked once more.

        Raises:
            NoToken: the program prints none.
        """
        with self._lock:
            if self._words and self._text == refused:
                self._run()
            return self._text != refused

    def _run(self) -> str:
        """Run the program. What it writes beside the token is seen by nobody."""
        import subprocess

        program = self._words[0]
        hint = f"run `{program}` as `token_command` has it, by hand, and see what it prints"
        try:
            ended = subprocess.run(  # noqa: S603  # no shell, and only where the project trusts it
                self._words,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._limit,
                check=False,
            )
        except OSError as error:
            raise NoToken(f"`{program}` cannot be run: {error.strerror or type(error).__name__}", hint=hint) from None
        except subprocess.TimeoutExpired:
            reason = f"`{program}` printed no token within {self._limit:g} seconds"
            raise NoToken(reason, hint=hint, scope=Scope.ROUTE) from None
        if ended.returncode:
            reason = f"`{program}` printed no token: exit status {ended.returncode}"
            raise NoToken(reason, hint=hint, scope=Scope.ROUTE)
        self._text = _checked(ended.stdout.decode("ascii", "replace").strip(), f"what `{program}` prints")
        self.known = {*self.known, self._text}
        return self._text


def _split(command: str) -> list[str]:
    import shlex

    try:
        return shlex.split(command)
    except ValueError as error:
        raise NoToken(f"`token_command` cannot be read: {error}", hint="close every quote that you open") from None


def _checked(text: str, what: str) -> str:
    """Refuse what is no token: it could end a field of the login, and begin another."""
    if not _TOKEN.fullmatch(text):
        hint = "a token is one word of letters, digits and `._~+/-`, like `ya29.a0Af`"
        raise NoToken(f"{what} is no token", hint=hint)
    return text

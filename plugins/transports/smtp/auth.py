"""Auth: log in (RFC 4954) in the strongest way that the server offers. CRAM-MD5 is none: MD5 proves nothing today."""

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable, Generator
from dataclasses import dataclass

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Reply

from .credentials import Credentials
from .replies import Code
from .scram import Distrusted, scram

__all__ = ["MECHANISMS", "Auth", "Mechanism", "NoLogin"]

#: Our messages of a login; the server's are sent in, None where it has accepted us.
Exchange = Generator[bytes, bytes | None]

#: A command line with more octets may not carry our first message (RFC 4954, 4; RFC 5321, 4.5.3.1.4).
_LONGEST = 510
#: "Not this mechanism", "this one is too weak", "use PLAIN once": another may do (RFC 4954, 4 and 6).
_ANOTHER = {432, 504, 534}


class NoLogin(TransportError):
    """The server offers no login that we can do."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A way to log in (RFC 4422): its name, how the option `auth` calls it, and what is said.

    `bearer` ones take a token, the others a password; `greets` ones let the server speak first.
    """

    name: str
    word: str
    exchange: Callable[[str, str], Exchange]
    bearer: bool = False
    greets: bool = False


class Auth:
    """Logs in.

    Args:
        credentials: who we are.
    """

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def __call__(self, offered: str, say: Callable[[str], Reply]) -> tuple[str, Reply]:
        """Log in.

        Args:
            offered: the server's mechanisms, as EHLO advertises them.
            say: writes a line and returns the reply.

        Returns:
            The mechanism, and the reply that ended the login.

        Raises:
            NoLogin: none that we can do is offered.
            Distrusted: the server breaks the protocol, or does not know the password.
            NoToken: there is no token to show.
        """
        name, reply = "", Reply()
        for mechanism in self._usable(offered.upper().split()):
            name, reply = mechanism.name, self._try(mechanism, say)
            if reply.code not in _ANOTHER:
                break
        return name, reply

    def _usable(self, offered: list[str]) -> list[Mechanism]:
        """Return what we and the server can do, the strongest first."""
        wanted, bearer = self._credentials.auth, self._credentials.token is not None
        usable = [each for each in MECHANISMS if each.bearer is bearer and wanted in {"auto", each.word}]
        if common := [each for each in usable if each.name in offered]:
            return common
        names, offer = " or ".join(each.name for each in usable), ", ".join(offered) or "none"
        hint = f"we would use {names}; try another port, or remove `user` where no login is needed"
        raise NoLogin(f"no login that we know is offered: {offer}", hint=hint)

    def _try(self, mechanism: Mechanism, say: Callable[[str], Reply]) -> Reply:
        """Log in with one; a token that is refused may have expired, so another is tried once."""
        user, token, secret = self._credentials.user, self._credentials.token, self._credentials.secret()
        reply = _converse(mechanism, mechanism.exchange(user, secret), say)
        if reply.code == Code.NO_LOGIN and token and token.renew(secret):
            reply = _converse(mechanism, mechanism.exchange(user, token()), say)
        return reply


def _converse(mechanism: Mechanism, exchange: Exchange, say: Callable[[str], Reply]) -> Reply:
    """Lead the conversation to its end."""
    lines = _lines(mechanism, exchange)
    reply = say(next(lines))
    try:
        while reply.code == Code.GO_ON:
            reply = say(lines.send(reply.text))
        if reply.code == Code.LOGGED_IN:
            next(exchange, None)  # a mechanism that still waits for the server's proof protests here
    except (Distrusted, StopIteration) as error:
        if reply.code == Code.GO_ON:
            say("*")  # which ends the login (RFC 4954, 4)
        if isinstance(error, Distrusted):
            raise
        raise Distrusted("the server asks for more than the login has") from None
    return reply


def _lines(mechanism: Mechanism, exchange: Exchange) -> Generator[str, str]:
    """Yield the lines of a login, and take the challenges, both in base64."""
    command, message = f"AUTH {mechanism.name}", _encoded(next(exchange))
    if mechanism.greets or len(command) + 1 + len(message) > _LONGEST:
        yield command
        challenge = yield message
    else:
        challenge = yield f"{command} {message}"
    while True:
        try:
            message = _encoded(exchange.send(b64decode(challenge, validate=True)))
        except Error:
            raise Distrusted("the server's challenge is not base64") from None
        except StopIteration:
            return
        challenge = yield message


def _encoded(message: bytes) -> str:
    return b64encode(message).decode()


# ---- what each mechanism says ------------------------------------------------------------------------------------


def _plain(user: str, password: str) -> Exchange:
    """RFC 4616."""
    yield f"\0{user}\0{password}".encode()


def _login(user: str, password: str) -> Exchange:
    """The name and then the password, each when it is asked for; never a standard, offered by many."""
    yield user.encode()
    yield password.encode()


def _xoauth2(user: str, token: str) -> Exchange:
    """Google's and Microsoft's; the challenge says in JSON why we are refused, and wants an empty answer."""
    if (yield f"user={user}\1auth=Bearer {token}\1\1".encode()) is not None:
        yield b""


def _oauthbearer(user: str, token: str) -> Exchange:
    """RFC 7628; a challenge says in JSON why we are refused, and wants a 0x01 (3.2.3)."""
    name = user.replace("=", "=3D").replace(",", "=2C")
    if (yield f"n,a={name},\1auth=Bearer {token}\1\1".encode()) is not None:
        yield b"\1"


def _scram(user: str, password: str) -> Exchange:
    return scram(user, password)


#: The strongest first.
MECHANISMS = (
    Mechanism("SCRAM-SHA-256", "scram", _scram),
    Mechanism("OAUTHBEARER", "oauthbearer", _oauthbearer, bearer=True),
    Mechanism("XOAUTH2", "xoauth2", _xoauth2, bearer=True),
    Mechanism("PLAIN", "plain", _plain),
    Mechanism("LOGIN", "login", _login, greets=True),
)

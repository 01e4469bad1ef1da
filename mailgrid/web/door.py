"""Door: who may see the pages: whoever has the token, by a cookie that the token is exchanged for.

The token stands behind the `#` of the address, which a browser sends to nobody; the page hands it over once and takes
it out of the address. A browser that the program starts gets a ticket instead, good for one time: what stands on a
command line can be read by everybody on the machine.
"""

from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from secrets import token_urlsafe

__all__ = ["Door"]


class Door:
    """Lets in who has the token.

    Args:
        port: the port that the pages are served on; they are at 127.0.0.1.
    """

    def __init__(self, port: int) -> None:
        #: The names under which the pages may be asked for; any other was made to point here by somebody else.
        self.hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        self.address = f"http://127.0.0.1:{port}/"
        self.token = token_urlsafe(24)
        # Cookies do not know ports: each server has a name of its own.
        self._name = f"mailgrid-{port}"
        self._session = token_urlsafe(24)
        self._tickets: set[str] = set()

    def ticket(self) -> str:
        """Return a word that opens the door once."""
        made = token_urlsafe(24)
        self._tickets.add(made)
        return made

    def enter(self, word: str) -> str:
        """Return the `Set-Cookie` for somebody who has a word; empty where it is none."""
        if not compare_digest(word.encode("utf-8", "replace"), self.token.encode()):
            if word not in self._tickets:
                return ""
            self._tickets.discard(word)
        return f"{self._name}={self._session}; Path=/; HttpOnly; SameSite=Strict"

    def admits(self, cookies: str) -> bool:
        """Whether somebody with these cookies may come in."""
        try:
            found = SimpleCookie(cookies).get(self._name)
        except CookieError:
            return False
        return found is not None and compare_digest(found.value.encode("utf-8", "replace"), self._session.encode())

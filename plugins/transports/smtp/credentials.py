"""Credentials: who we are to a server, and how that is kept out of everything that is printed."""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from mailgrid.hookspecs import Secret

from .access_token import AccessToken

__all__ = ["Credentials", "base64_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A name, and either a password or a token.

    `auth` is the one mechanism to log in with, as the option names it; `auto` for the strongest that is offered.
    """

    user: str
    password: Secret | None = None
    token: AccessToken | None = None
    auth: str = "auto"

    def secret(self) -> str:
        """Return the password, or the token.

        Raises:
            NoToken: there is none.
        """
        if self.token:
            return self.token()
        return self.password.reveal() if self.password else ""

    def conceal(self, text: str) -> str:
        """Return a server's words without the name, the password or a token: some servers echo what they were told."""
        for secret in self._forms():
            text = Secret(secret).conceal_in(text)
        return re.sub(rf"(?<!\w){re.escape(self.user)}(?!\w)", "***", text)

    def _forms(self) -> Iterator[str]:
        """Yield what could be echoed, in base64 first: a secret may stand inside of one that holds more."""
        passwords = {self.password.reveal()} if self.password else set()
        secrets = passwords | (self.token.known if self.token else set())
        for secret in secrets:
            yield base64_of(f"\0{self.user}\0{secret}")
            yield base64_of(f"user={self.user}\1auth=Bearer {secret}\1\1")
            yield base64_of(f"n,a={self.user},\1auth=Bearer {secret}\1\1")
            yield base64_of(secret)
        yield base64_of(self.user)
        yield from secrets


def base64_of(text: str) -> str:
    """Encode a text as a login sends it."""
    return b64encode(text.encode()).decode()

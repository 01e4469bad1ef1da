"""The far side of a login (RFC 4954): what the scripted server does with `AUTH`."""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from hashlib import pbkdf2_hmac, sha256

__all__ = ["log_in"]

#: Says a challenge and returns the answer, both without base64.
Ask = Callable[[bytes], bytes]

_SALT = b"grain of the scripted server"
_ROUNDS = 4096


def log_in(mechanism: str, response: str, users: Mapping[str, str], ask: Ask) -> str:
    """Let a client log in.

    Args:
        mechanism: the SASL mechanism, upper case.
        response: what stood behind it, in base64; empty when nothing did.
        users: passwords, or tokens, by name.
        ask: says a challenge.

    Returns:
        Who it is; empty when the login is refused.

    Raises:
        ValueError: it is no login.
    """
    if mechanism not in _MECHANISMS:
        raise ValueError(mechanism)
    first = b64decode(response, validate=True) if response else None
    return _MECHANISMS[mechanism](first, users, ask)


def _plain(first: bytes | None, users: Mapping[str, str], ask: Ask) -> str:
    _, user, password = (first or ask(b"")).decode().split("\0")
    return user if users.get(user) == password else ""


def _login(_: bytes | None, users: Mapping[str, str], ask: Ask) -> str:
    user, password = ask(b"Username:").decode(), ask(b"Password:").decode()
    return user if users.get(user) == password else ""


def _bearer(first: bytes | None, users: Mapping[str, str], ask: Ask) -> str:
    """Take a token, as XOAUTH2 and OAUTHBEARER (RFC 7628) send it: fields that end with 0x01."""
    fields = (first or ask(b"")).decode().split("\1")
    user = fields[0].removeprefix("user=").removeprefix("n,a=").rstrip(",")
    if f"auth=Bearer {users.get(user)}" in fields:
        return user
    ask(json.dumps({"status": "401", "schemes": "bearer"}).encode())
    return ""


def _scram(first: bytes | None, users: Mapping[str, str], ask: Ask) -> str:
    """Take a proof of the password (RFC 5802, 3), and give one."""
    bare = (first or ask(b"")).decode().removeprefix("n,,")
    fields = dict(field.split("=", 1) for field in bare.split(","))
    user = fields["n"].replace("=2C", ",").replace("=3D", "=")
    nonce = fields["r"] + "scripted"
    server_first = f"r={nonce},s={b64encode(_SALT).decode()},i={_ROUNDS}"
    final = ask(server_first.encode()).decode()
    unproved, _, proof = final.rpartition(",p=")
    signed = f"{bare},{server_first},{unproved}".encode()
    salted = pbkdf2_hmac("sha256", users.get(user, "").encode(), _SALT, _ROUNDS)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    signature = hmac.digest(sha256(client_key).digest(), signed, "sha256")
    proved = bytes(key ^ octet for key, octet in zip(client_key, signature, strict=True))
    if user not in users or unproved != f"c=biws,r={nonce}" or not hmac.compare_digest(proved, b64decode(proof)):
        return ""
    ask(b"v=" + b64encode(hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), signed, "sha256")))
    return user


_MECHANISMS: dict[str, Callable[[bytes | None, Mapping[str, str], Ask], str]] = {
    "LOGIN": _login,
    "OAUTHBEARER": _bearer,
    "PLAIN": _plain,
    "SCRAM-SHA-256": _scram,
    "XOAUTH2": _bearer,
}

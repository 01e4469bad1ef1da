"""Meaning: what an error of the API makes of a message."""

from collections.abc import Mapping
from typing import Any

from botocore import exceptions

from mailgrid.hookspecs import Message, Outcome, Reply, Scope, Status

__all__ = ["outcome_of"]

_UNSENT_ROUTE, _UNSENT_SENDER = (Status.UNSENT, Scope.ROUTE), (Status.UNSENT, Scope.SENDER)
_IN_DOUBT = (Status.IN_DOUBT, Scope.ROUTE)

#: Errors by the name that the API gives them; nothing was taken in any of these cases.
_BY_NAME: Mapping[str, tuple[Status, Scope]] = {
    # Too fast, or the day's quota is spent: everybody waits, and nobody is tried in vain.
    "TooManyRequestsException": _UNSENT_ROUTE,
    "LimitExceededException": _UNSENT_ROUTE,
    "Throttling": _UNSENT_ROUTE,
    "ThrottlingException": _UNSENT_ROUTE,
    "RequestLimitExceeded": _UNSENT_ROUTE,
    "ServiceUnavailable": _UNSENT_ROUTE,
    "ServiceUnavailableException": _UNSENT_ROUTE,
    # The message, or an address that is not verified: perhaps us, so it counts after three in a row.
    "MessageRejected": (Status.FAILED, Scope.SENDER),
    "BadRequestException": (Status.FAILED, Scope.SENDER),
}
#: Errors that come before anything of a message has left.
_BEFORE = (
    exceptions.ConnectTimeoutError,
    exceptions.EndpointConnectionError,
    exceptions.ProxyConnectionError,
)
_UNKNOWN_IF_TAKEN = frozenset({500, 502, 504})


def outcome_of(message: Message, error: Exception) -> Outcome:
    """Return what an error of boto3 makes of a message.

    An answer says what became of it. Without one it is unsent only where no byte of it can have left; everything else,
    a time that is over first of all, is in doubt.
    """
    if isinstance(error, exceptions.ClientError):
        return _answered(message, error.response)
    if isinstance(error, _BEFORE):
        status, scope = _UNSENT_ROUTE
    elif isinstance(error, exceptions.HTTPClientError | exceptions.SSLError):
        status, scope = _IN_DOUBT
    elif isinstance(error, exceptions.BotoCoreError):  # no key, no region, an argument that is none: nothing left
        status, scope = _UNSENT_SENDER
    else:
        status, scope = _IN_DOUBT
    text = str(error) if isinstance(error, exceptions.BotoCoreError) else type(error).__name__
    return Outcome(message=message, status=status, reply=Reply(text=text), scope=scope)


def _answered(message: Message, response: Mapping[str, Any]) -> Outcome:
    name = str(response["Error"].get("Code", ""))
    code = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    known = _BY_NAME.get(name)
    if known is None:  # all others are about the account: its key, its rights, its suspension, its settings
        known = _IN_DOUBT if code in _UNKNOWN_IF_TAKEN else _UNSENT_ROUTE if code >= 500 else _UNSENT_SENDER  # noqa: PLR2004
    status, scope = known
    text = f"{name}: {response['Error'].get('Message', '')}".removesuffix(": ")
    return Outcome(message=message, status=status, reply=Reply(code=code, text=text), scope=scope)

"""What Google answers about a sheet: as CSV to everybody, as JSON to whom it is shared with."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Context, Source

from ..web.address import Rules
from ..web.client import Web
from .csv import CsvSource
from .json_text import JsonText
from .table import TableSource
from .text_file import TextFile

__all__ = ["open_public", "open_shared"]

#: The export leads to a host of this domain, which has the content; nobody else is asked.
_PUBLIC = ("docs.google.com", ".googleusercontent.com")
_API = ("sheets.googleapis.com",)
_LOGIN = ("oauth2.googleapis.com",)
_SCOPE = "https://www.googleapis.com/auth/spreadsheets.readonly"
_ID = re.compile(r"(?:https://docs\.google\.com/spreadsheets/(?:u/\d+/)?d/)?([A-Za-z0-9_-]{20,})(?:/\S*)?")
_GID = re.compile(r"[?#&]gid=(\d+)")
_SHARE = 'share it with everybody who has the link, or write `key "service-account.json"`'


def open_public(location: str, options: Mapping[str, Any], context: Context) -> Source:
    """Open a sheet that anybody with its link may see.

    Raises:
        SourceError: there is none, or it is not public.
    """
    name = _id(location)
    if options["sheet"] or options["range"]:
        hint = "copy the link of the sheet, with the `gid=` at its end"
        raise SourceError("`sheet` and `range` need `key`: a public sheet is named by its link", hint=hint)
    gid = _GID.search(location)
    url = f"https://docs.google.com/spreadsheets/d/{name}/export?format=csv&gid={gid[1] if gid else '0'}"
    try:
        answer = _web(options, _PUBLIC).get(url)
    except SourceError as error:
        if "accounts.google.com" in error.message or "answers 401" in error.message or "answers 403" in error.message:
            raise SourceError("this sheet is not public", hint=_SHARE, file=location) from None
        raise
    if "text/csv" not in answer.header("Content-Type"):  # the page on which one logs in
        answer.close()
        raise SourceError("this sheet is not public", hint=_SHARE, file=location)
    file = TextFile(answer, "utf-8", location)
    with file.closed_on_error():
        return CsvSource(file, ",", context.report, dates=options["dates"])


def open_shared(location: str, options: Mapping[str, Any]) -> Source:
    """Open a sheet that is shared with a service account, by the REST API (`spreadsheets.values.get`, v4).

    Raises:
        SourceError: there is none, it is not shared, or the key is none.
        ImportError: google-auth is not installed.
    """
    sheet = options["sheet"].replace("'", "''")
    part = options["range"] or "A1:ZZZ"
    wanted = quote(f"'{sheet}'!{part}" if sheet else part, safe="")
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{_id(location)}/values/{wanted}"
    headers = {"Authorization": f"Bearer {_token(options)}"}
    try:
        answer = _web(options, _API, home=url, headers=headers).get(f"{url}?valueRenderOption=FORMATTED_VALUE")
    except SourceError as error:
        hint = f"it has to be shared with {_account(options)}" if "answers 40" in error.message else error.hint
        raise SourceError(f"Google {error.message}", hint=hint, file=location) from None
    file = TextFile(answer, "utf-8", location)
    first = re.search(r"\d+", part)
    with file.closed_on_error():
        rows = _values(file, int(first[0]) if first else 1)
        return TableSource(rows, "this part of the sheet", location, dates=options["dates"], close=file.close)


def _values(file: TextFile, number: int) -> Iterator[tuple[int, Sequence[object]]]:
    """Yield the rows of an answer; what is behind the last cell of a row is left out there."""
    text = JsonText(file)
    try:
        text.enter("values", "values")
    except SourceError as error:
        if error.message.startswith("there is no"):
            return  # so an empty sheet is answered
        raise
    for row, (line, cells) in enumerate(text.items(), number):
        if not isinstance(cells, list):
            raise file.error("is no sheet", line=line)
        yield row, cells


def _id(location: str) -> str:
    found = _ID.fullmatch(location)
    if not found:
        hint = "like https://docs.google.com/spreadsheets/d/.../edit#gid=0"
        raise SourceError("this is no link to a sheet of Google", hint=hint, file=location)
    return found[1]


def _web(options: Mapping[str, Any], hosts: tuple[str, ...], **more: Any) -> Web:  # noqa: ANN401  # fields of Web
    timeout = options["timeout"].total_seconds()
    return Web(rules=Rules(hosts=hosts), timeout=timeout, limit=options["max_size"], **more)


def _token(options: Mapping[str, Any]) -> str:
    """Return what says that a service account asks (RFC 7523)."""
    from google.auth.exceptions import GoogleAuthError
    from google.oauth2.service_account import Credentials

    try:
        credentials = Credentials.from_service_account_file(str(options["key"]), scopes=[_SCOPE])
    except (OSError, ValueError, KeyError, GoogleAuthError) as error:
        hint = "it is the file that Google gives for a service account (IAM, Keys, JSON)"
        raise SourceError(f"`key` is no key of a service account: {type(error).__name__}", hint=hint) from None
    try:
        credentials.refresh(_Login(_web(options, _LOGIN)))
    except GoogleAuthError as error:
        reason = type(error).__name__
        raise SourceError(f"Google refuses the key: {reason}", hint="is it still in use?") from None
    return str(credentials.token)


def _account(options: Mapping[str, Any]) -> str:
    from google.oauth2.service_account import Credentials

    return str(Credentials.from_service_account_file(str(options["key"])).service_account_email)


class _Reply:
    """An answer as google-auth wants it."""

    def __init__(self, status: int, data: bytes) -> None:
        self.status = status
        self.headers: Mapping[str, str] = {}
        self.data = data


class _Login:
    """How google-auth asks: through us, and only where Google logs in."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def __call__(
        self,
        url: str,
        method: str = "POST",  # noqa: ARG002  # it is always this
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002  # we have our own
        **_: object,
    ) -> _Reply:
        sent = body.encode() if isinstance(body, str) else body or b""
        return _Reply(*self._web.post(url, sent, headers or {}))

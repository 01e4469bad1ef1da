"""The source `http`: rows that a server answers with, as CSV, TSV or JSON, over https, page by page."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Context, Option, OptionType, Source, SourceKind, hookimpl

from .csv import DATES, ENCODING
from .formats import FORMAT, RECORDS, read_as
from .text_file import TextFile, check_encoding

__all__ = ["open_http", "register_sources"]

_OPTIONS = (
    FORMAT,
    RECORDS,
    Option(
        name="next",
        type=OptionType.TEXT,
        default="",
        choices=("link",),
        help='where the next page is told: `link` (RFC 8288), or the field that has its URL, like "paging.next"',
    ),
    Option(
        name="page",
        type=OptionType.TEXT,
        default="",
        help="the parameter that numbers the pages; with `next`, the one that takes what the field has, where that "
        "is no URL",
    ),
    Option(name="token", type=OptionType.SECRET, help="goes along as `Authorization: Bearer`"),
    Option(name="token_header", type=OptionType.TEXT, default="", help="the header that takes the token as it is"),
    Option(name="user", type=OptionType.TEXT, default="", help="the user of a login (RFC 7617)"),
    Option(name="password", type=OptionType.SECRET, help="the password of that login"),
    Option(name="headers", type=OptionType.LIST, default=(), help='further headers, each as "Name: value"'),
    ENCODING,
    DATES,
    Option(name="ca", type=OptionType.PATH, help="certificates to trust instead of the system's (PEM)"),
    Option(name="max_size", type=OptionType.SIZE, default=1 << 30, help="how large an answer may be, unpacked"),
    Option(name="timeout", type=OptionType.DURATION, default=timedelta(seconds=30), help="how long each step may take"),
)


def open_http(location: str | None, options: Mapping[str, Any], context: Context) -> Source:
    """Ask the server, and read what it answers first.

    Raises:
        SourceError: it may not be asked, refuses, or answers with nothing of the kind.
    """
    from ..web.address import Rules
    from ..web.client import Web
    from .pages import Pages
    from .records import Records

    url = location or ""
    web = Web(
        rules=Rules(allow=context.allow_hosts),
        timeout=options["timeout"].total_seconds(),
        limit=options["max_size"],
        ca=options["ca"],
        home=url,
        headers=_headers(options),
    )
    check_encoding(options["encoding"], "http")
    if options["next"] or options["page"]:
        pages = Pages(web, url, options)
        return Records(pages, pages.close, pages.error, dates=options["dates"])
    answer = web.get(url)
    return read_as(TextFile(answer, options["encoding"], answer.url), options["format"], options, context.report)


@hookimpl
def register_sources(register: Callable[[SourceKind], None]) -> None:
    """Register `http`."""
    register(
        SourceKind(
            name="http",
            open=open_http,
            help="rows that a server answers with; it has to be trusted: --trust http",
            trust=True,
            options=_OPTIONS,
        ),
    )


def _headers(options: Mapping[str, Any]) -> dict[str, str]:
    """Return what says who asks, and the further headers."""
    headers = dict(_header(each) for each in options["headers"])
    if options["token"] and options["user"]:
        raise SourceError("`http` wants one of `token` and `user`")
    if options["token"]:
        token = options["token"].reveal()
        name = options["token_header"]
        headers |= {name: token} if name else {"Authorization": f"Bearer {token}"}
    if options["user"]:
        from base64 import b64encode

        login = f"{options['user']}:{options['password'].reveal() if options['password'] else ''}"
        headers["Authorization"] = f"Basic {b64encode(login.encode()).decode()}"
    for name, value in headers.items():
        if not (name.isascii() and name.replace("-", "").isalnum() and value.isprintable() and value.isascii()):
            raise SourceError(f"the header `{name}` cannot be sent", hint="headers are plain ASCII on one line")
    return headers


def _header(written: str) -> tuple[str, str]:
    name, colon, value = written.partition(":")
    if not colon:
        raise SourceError("a header is written Name: value", hint='like `headers "Accept-Language: de"`')
    return name.strip(), value.strip()

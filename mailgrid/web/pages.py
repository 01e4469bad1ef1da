"""Pages: what the browser asks for, as routes. All of it is read and nothing changed; a spool gives the messages."""

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from mailgrid.errors import MailgridError
from mailgrid.web.changes import Changes
from mailgrid.web.door import Door
from mailgrid.web.findings import findings
from mailgrid.web.guard import Guard
from mailgrid.web.letter import Letter, Part
from mailgrid.web.sheet import has_dark_styles, has_remote_pictures, policy, sheet
from mailgrid.web.spool import Mail, Spool

__all__ = ["pages"]

_KINDS = {"html": "text/html", "js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
#: No more of a source or a text is shown; the file holds the rest.
_SHOWN = 512 * 1024
_LONGEST = 1024


def pages(spool: Spool, door: Door, is_over: Callable[[], bool]) -> ASGIApp:
    """Return the application.

    Args:
        spool: the messages.
        door: who may see them.
        is_over: whether the server is ending; connections that wait for changes end with it.
    """
    shown = _Pages(spool, door, is_over)
    one = "/messages/{name}"
    routes = [
        Route("/", shown.asset),
        Route("/assets/{name}", shown.asset),
        Route("/session", shown.session, methods=["POST"]),
        Route("/standing", shown.standing),
        Route("/changes", shown.changes),
        Route("/messages", shown.messages),
        Route(one, shown.message),
        Route(f"{one}/sheet", shown.sheet),
        Route(f"{one}/source", shown.source),
        Route(f"{one}/file", shown.file),
        Route(f"{one}/parts/{{number:int}}", shown.part),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={MailgridError: _told}), door)


class _Pages:
    """The routes."""

    def __init__(self, spool: Spool, door: Door, is_over: Callable[[], bool]) -> None:
        self._spool = spool
        self._door = door
        self._changes = Changes(spool.version, is_over)

    def asset(self, request: Request) -> Response:
        name = request.path_params.get("name", "index.html")
        file = files("mailgrid.web").joinpath("assets", name)
        kind = _KINDS.get(name.rpartition(".")[2])
        if kind is None or "/" in name or not file.is_file():
            return _absent()
        return Response(file.read_bytes(), media_type=kind)

    async def session(self, request: Request) -> Response:
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > _LONGEST:
                return Response(status_code=413)
        cookie = self._door.enter(body.decode("utf-8", "replace"))
        return Response(status_code=204, headers={"Set-Cookie": cookie}) if cookie else Response(status_code=401)

    def standing(self, _request: Request) -> Response:
        return _json(asdict(self._spool.standing()))

    def messages(self, request: Request) -> Response:
        query = request.query_params
        page = self._spool.page(query.get("after", ""), query.get("wanted", "")[:_LONGEST])
        return _json({"rows": [asdict(row) for row in page.rows], "after": page.after})

    def message(self, request: Request) -> Response:
        return self._of(request, _described)

    def sheet(self, request: Request) -> Response:
        query = request.query_params
        return self._of(request, partial(_sheet, dark="dark" in query, remote="remote" in query))

    def source(self, request: Request) -> Response:
        return self._of(request, lambda mail: _json(_cut(mail.content)))

    def file(self, request: Request) -> Response:
        return self._of(request, lambda mail: _download(mail.content, "message.eml"))

    def part(self, request: Request) -> Response:
        number, shown = request.path_params["number"], "show" in request.query_params
        return self._of(request, partial(_part, number=number, shown=shown))

    async def changes(self, _request: Request) -> Response:
        headers = {"X-Accel-Buffering": "no"}
        return StreamingResponse(self._changes(), media_type="text/event-stream", headers=headers)

    def _of(self, request: Request, answer: Callable[[Mail], Response]) -> Response:
        """Answer about one message."""
        mail = self._spool.mail(request.path_params["name"])
        return _absent() if mail is None else answer(mail)


def _told(_request: Request, error: Exception) -> Response:
    """Say why a message cannot be made, or the list not be read."""
    assert isinstance(error, MailgridError)
    return _json({"problem": f"{_place(error)}{error.message}", "hint": error.hint}, status=422)


def _place(error: MailgridError) -> str:
    template, line = getattr(error, "template", ""), getattr(error, "line", 0)
    place = ":".join(filter(None, (template, str(line or ""))))
    return f"{place}: " if place else ""


def _described(mail: Mail) -> Response:
    letter = Letter(mail.content)
    html = letter.html
    return _json(
        {
            "octets": len(mail.content),
            "facts": mail.facts,
            "cells": mail.cells,
            "headers": letter.headers,
            **{name: letter.header(name) for name in ("subject", "from", "to", "cc", "reply-to", "date")},
            "text": None if letter.text is None else letter.text[:_SHOWN],
            "html": None if html is None else {"remote": has_remote_pictures(html), "dark": has_dark_styles(html)},
            "parts": [_about(part) for part in letter.parts],
            "findings": findings(mail),
        }
    )


def _about(part: Part) -> dict[str, object]:
    return {
        "number": part.number,
        "kind": part.kind,
        "name": part.name,
        "cid": part.cid,
        "octets": len(part.content),
        "body": part.is_body,
        "picture": part.is_picture,
    }


def _sheet(mail: Mail, *, dark: bool, remote: bool) -> Response:
    page = sheet(Letter(mail.content), dark=dark).encode("utf-8", "replace")
    return Response(page, media_type="text/html", headers={"Content-Security-Policy": policy(remote=remote)})


def _part(mail: Mail, *, number: int, shown: bool) -> Response:
    part = Letter(mail.content).part(number)
    if part is None:
        return _absent()
    if shown and part.is_picture:
        return Response(part.content, media_type=part.kind)
    return _download(part.content, part.name or f"part-{number}")


def _download(content: bytes, name: str) -> Response:
    """Return a file to be saved, never to be shown: what is in it is somebody else's (RFC 6266)."""
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(name, safe='', errors='replace')}"}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _cut(content: bytes) -> dict[str, object]:
    return {"text": content[:_SHOWN].decode("utf-8", "replace"), "left": max(0, len(content) - _SHOWN)}


def _json(value: Any, status: int = 200) -> Response:  # noqa: ANN401  # whatever JSON can hold
    # In ASCII: a lone half of a surrogate pair, which a header may hold, is no UTF-8.
    return Response(json.dumps(value), status, media_type="application/json")


def _absent() -> Response:
    return _json({"problem": "there is no such message any more", "hint": ""}, status=404)

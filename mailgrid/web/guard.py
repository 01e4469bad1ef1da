"""Guard: stands before the pages: refuses strangers, and tells the browser what a page may do.

403  the Host is another name for this machine (DNS rebinding), or another site's page asks
401  whoever asks has not shown the token
"""

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mailgrid.web.door import Door

__all__ = ["Guard"]

#: What anybody may see: there is nothing in it.
_OPEN = ("/", "/assets/", "/session")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
    "Cache-Control": "no-store",
}


class Guard:
    """Middleware.

    Args:
        app: the pages.
        door: who may see them.
    """

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            return
        status, reason = self._refusal(scope["method"], scope["path"], Headers(scope=scope))
        app = PlainTextResponse(reason, status) if status else self._app
        await app(scope, receive, _with_headers(send))

    def _refusal(self, method: str, path: str, headers: Mapping[str, str]) -> tuple[int, str]:
        origin = headers.get("origin")
        if headers.get("host") not in self._door.hosts:
            return 403, "this is not the name of this server\n"
        if method not in {"GET", "HEAD"} and not self._is_ours(origin):
            return 403, "this is for pages of this server\n"
        if path in _OPEN or path.startswith("/assets/"):
            return 0, ""
        # 127.0.0.1 with another port counts as the same site: cookies are sent for its pages too.
        if headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
            return 403, "this is for pages of this server\n"
        if not self._door.admits(headers.get("cookie", "")):
            return 401, "open the address that was printed: the token stands behind its #\n"
        return 0, ""

    def _is_ours(self, origin: str | None) -> bool:
        return origin is not None and origin.removeprefix("http://") in self._door.hosts


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sent

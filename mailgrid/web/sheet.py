"""Sheet: the HTML of a message as a frame of the page shows it: nothing in it acts, and nothing is fetched.

What keeps it so is not this text but the headers that it is served with, `policy`: no scripts, no forms, an origin of
its own, and of all addresses only those of pictures, and only where somebody asked for them.
"""

import re
from base64 import b64encode
from urllib.parse import unquote

from mailgrid.web.letter import Letter

__all__ = ["has_dark_styles", "has_remote_pictures", "policy", "sheet"]

#: Pictures inside of the message take no more than this, however often they are named.
_MOST = 32 * 1024 * 1024
_DOCTYPE = re.compile(r"\A\s*<!doctype[^>]*>", re.IGNORECASE)
_CID = re.compile(r"cid:([^\s\"'<>()]+)", re.IGNORECASE)
_SCHEME = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", re.IGNORECASE)
#: Browsers connect for these before they ask the policy, which lets none of them show anything; what stands there
#: instead changes nothing for what is around it.
_CONNECTING = re.compile(r"<(/?)(link|i?frame)\b", re.IGNORECASE)
_INSTEAD = {"link": "meta", "iframe": "span", "frame": "wbr"}
_REMOTE = re.compile(
    r"(?:<(?:img|image|input|source|video)\b[^<>]*?\s(?:src|srcset|(?:xlink:)?href|poster)\s*=|\sbackground\s*=|url\()"
    r"\s*[\"']?\s*(?:https?:)?//",
    re.IGNORECASE,
)
#: The frame turns all colours around; pictures are turned back.
_TURNED_BACK = "img,picture>*,[background]{filter:hue-rotate(180deg) invert(1)!important;color:#ddd!important}"


def policy(*, remote: bool) -> str:
    """Return the Content-Security-Policy of a sheet; `remote` lets pictures come from elsewhere."""
    pictures = "data: https: http:" if remote else "data:"
    return (
        f"sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src {pictures}; "
        "style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def has_dark_styles(html: str) -> bool:
    """Whether the author says how the message looks in dark mode."""
    return "color-scheme" in html.lower()


def has_remote_pictures(html: str) -> bool:
    """Whether there are pictures that are elsewhere."""
    return _REMOTE.search(html) is not None


def sheet(letter: Letter, *, dark: bool) -> str:
    """Return the page for the frame.

    Args:
        letter: a message.
        dark: show it as in dark mode, with the author's own styles where there are any, whatever mode the browser is
            in. Without such styles the frame turns the colours around, as some mail programs do it.
    """
    html = letter.html or ""
    styled = has_dark_styles(html)
    html = _SCHEME.sub(lambda found: _media(found[1].lower() == ("dark" if dark else "light")), html)
    html = _CONNECTING.sub(lambda found: f"<{found[1]}{_INSTEAD[found[2].lower()]}", html)
    html = _Pictures(letter)(html)
    style = f":root{{color-scheme:{'dark' if dark and styled else 'light'}!important}}"
    style += _TURNED_BACK if dark and not styled else ""
    # Behind the doctype, without which a browser would lay the message out as it did in 1998.
    doctype = _DOCTYPE.match(html)
    end = doctype.end() if doctype else 0
    return f'{html[:end]}<base target="_blank"><style>{style}</style>{html[end:]}'


def _media(holds: bool) -> str:  # noqa: FBT001  # it is all that there is
    """Return a condition of CSS that holds always, or never."""
    return "(min-width: 0)" if holds else "(max-width: 0)"


class _Pictures:
    """Puts the message's own pictures where the HTML names them (RFC 2392)."""

    def __init__(self, letter: Letter) -> None:
        self._letter = letter
        self._room = _MOST
        self._known: dict[str, str] = {}

    def __call__(self, html: str) -> str:
        return _CID.sub(self._picture, html)

    def _picture(self, found: re.Match[str]) -> str:
        cid = unquote(found[1].replace("&amp;", "&"))
        url = self._known.get(cid) or self._known.setdefault(cid, self._url(cid))
        self._room -= len(url)
        return url if url and self._room >= 0 else found[0]

    def _url(self, cid: str) -> str:
        part = self._letter.named(cid)
        if part is None or not part.kind.startswith("image/"):
            return ""
        return f"data:{part.kind};base64,{b64encode(part.content).decode()}"

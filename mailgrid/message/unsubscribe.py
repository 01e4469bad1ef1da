"""Unsubscribe: the headers by which mail programs offer to leave a list (RFC 2369, RFC 8058)."""

import re
from urllib.parse import quote

from mailgrid.errors import TemplateError
from mailgrid.message import headers
from mailgrid.message.address import parse
from mailgrid.message.sandbox import Mode
from mailgrid.message.spec import Unsubscribing
from mailgrid.message.template import Engine

__all__ = ["Unsubscribe"]

#: Characters of a URI (RFC 3986, 2); `<` and `>` would end it in the header.
_URI = re.compile(r"(?i:https?)://[A-Za-z0-9\[][!#-;=?-\[\]_a-z~]*")
#: What stands for itself in the address of a `mailto:` (RFC 6068, 2).
_SAFE = "!$'*+-._~@"


class Unsubscribe:
    """How the people of one campaign leave its list.

    Raises:
        TemplateError: a text cannot be compiled, or one that is the same for everybody is no URL.
    """

    def __init__(self, spec: Unsubscribing, engine: Engine) -> None:
        self._url = engine.compile(spec.url.text, spec.url.name, Mode.HEADER, spec.url.first_line)
        mailto = spec.mailto
        self._mailto = engine.compile(mailto.text, mailto.name, Mode.HEADER, mailto.first_line) if mailto else None
        self._one_click = spec.one_click
        self.templates = (self._url, *((self._mailto,) if self._mailto else ()))
        if "{" not in spec.url.text:
            self.url({})

    def url(self, names: dict[str, object]) -> str:
        """Return the page for one person, `unsubscribe_url` in templates.

        Raises:
            TemplateError: it cannot be filled, or is no URL that can stand in the header.
        """
        url = headers.one_line(self._url(names), self._url.name)
        if not _URI.fullmatch(url):
            hint = "write an address like https://acme.com/u/...; `{{ id | urlencode }}` makes a value fit"
            raise self._refusal("is no URL of the web", hint)
        if self._one_click and not url.lower().startswith("https:"):
            raise self._refusal("is no https URL, which `one_click` needs", "write https://...")
        return url

    def __call__(self, names: dict[str, object]) -> bytes:
        """Return the headers; `names` holds `unsubscribe_url`.

        Raises:
            TemplateError: they cannot be filled, or the URL is longer than a line may be.
            AddressError: what `mailto` says is no address.
        """
        value = f"<{names['unsubscribe_url']}>"
        if self._mailto:
            value += f", <{self._written(headers.one_line(self._mailto(names), self._mailto.name))}>"
        found = headers.structured("List-Unsubscribe", value)
        return found + b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if self._one_click else found

    @staticmethod
    def _written(text: str) -> str:
        """Return an address, perhaps with a `?subject=...` behind it, as a URI (RFC 6068)."""
        bare, mark, query = text.removeprefix("mailto:").partition("?")
        return f"mailto:{quote(parse(bare).wire, safe=_SAFE)}{mark}{quote(query, safe='=&%+-._~')}"

    def _refusal(self, reason: str, hint: str) -> TemplateError:
        return TemplateError(f"`unsubscribe` {reason}", hint=hint, template=self._url.name)

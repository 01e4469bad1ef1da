"""Bulk: the headers by which providers and programs know a mailing: List-Id, Feedback-ID, Precedence."""

import re
from collections.abc import Callable

from mailgrid.errors import TemplateError
from mailgrid.message import headers
from mailgrid.message.sandbox import Mode
from mailgrid.message.spec import Spec, Words
from mailgrid.message.template import Engine, Template

__all__ = ["Bulk"]

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
#: A dot-atom of at least two parts, 255 characters at most (RFC 2919, 2).
_LIST_ID = re.compile(rf"(?=.{{3,255}}\Z){_ATOM}(?:\.{_ATOM})+")
#: Up to three parts that may be empty, then who sends, 5 to 15 characters, as Gmail takes it.
_FEEDBACK_ID = re.compile(r"(?:[!-9;-~]*:){0,3}[!-9;-~]{5,15}")

_Header = Callable[[dict[str, object]], bytes]


class Bulk:
    """The headers of one campaign's mailing; those that are the same for everybody are written once.

    Raises:
        TemplateError: a text cannot be compiled, or one that is the same for everybody is not valid.
    """

    def __init__(self, spec: Spec, engine: Engine) -> None:
        #: The names of the headers that it writes, in lower case.
        self.names: set[str] = set()
        self.templates: list[Template] = []
        self._engine = engine
        self._fixed = b""
        self._filled: list[_Header] = []
        self._add("List-Id", spec.list_id, _list_id)
        self._add("Feedback-ID", spec.feedback_id, _feedback_id)
        if spec.precedence:
            self.names.add("precedence")
            self._fixed += headers.structured("Precedence", spec.precedence)

    def __call__(self, names: dict[str, object]) -> bytes:
        """Return the headers for one person.

        Raises:
            TemplateError: one cannot be filled, or is not valid then.
        """
        return b"".join([self._fixed, *(header(names) for header in self._filled)]) if self._filled else self._fixed

    def _add(self, name: str, words: Words | None, write: Callable[[str, str], bytes]) -> None:
        if words is None:
            return
        template = self._engine.compile(words.text, words.name, Mode.HEADER, words.first_line)
        self.names.add(name.lower())
        self.templates.append(template)

        def header(names: dict[str, object]) -> bytes:
            return write(headers.one_line(template(names), words.name), words.name)

        if "{" in words.text:
            self._filled.append(header)
        else:
            self._fixed += header({})


def _list_id(text: str, setting: str) -> bytes:
    """Write `news.acme.com`, or `Acme News <news.acme.com>` (RFC 2919, 3)."""
    display, bracket, name = text.rpartition("<")
    if bracket:
        name = name[:-1].strip() if name.endswith(">") else ""
    if not _LIST_ID.fullmatch(name):
        hint = "write a name with a dot, like `news.acme.com`, or `Acme News <news.acme.com>`"
        raise TemplateError("`list_id` is not the name of a list", hint=hint, template=setting)
    return headers.named("List-Id", display.strip(), name)


def _feedback_id(text: str, setting: str) -> bytes:
    if not _FEEDBACK_ID.fullmatch(text):
        hint = "write up to four parts like `spring:news:mail:acme1`; the last one has 5 to 15 characters, none a blank"
        raise TemplateError("`feedback_id` is not what complaints can be counted by", hint=hint, template=setting)
    return headers.structured("Feedback-ID", text)

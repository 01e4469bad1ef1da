"""The headers that a campaign's author adds, and those that are not the author's to write."""

import re
from collections.abc import Iterable, Iterator

from mailgrid.errors import TemplateError
from mailgrid.message.sandbox import Mode
from mailgrid.message.spec import Words
from mailgrid.message.template import Engine, Template

__all__ = ["own_headers"]

_NAME = re.compile(r"[!-9;-~]+")
#: Headers that are ours to write (RFC 5322, 3.6; RFC 2045) or a server's.
_OURS = re.compile(
    r"from|to|cc|bcc|reply-to|subject|date|message-id|mime-version|content-.*|return-path|received|resent-.*",
    re.IGNORECASE,
)
#: Headers of which a message has one at most (RFC 5322, 3.6; RFC 2369, 3.5), besides ours.
_ONCE = re.compile(r"sender|references|in-reply-to|list-.*|feedback-id|precedence|auto-submitted", re.IGNORECASE)


def own_headers(
    pairs: Iterable[tuple[str, Words]], engine: Engine, written: set[str]
) -> Iterator[tuple[str, Template]]:
    """Compile headers, each a name and its text.

    Args:
        pairs: the headers, in order.
        engine: compiles their texts.
        written: the names, in lower case, of those that are there already.

    Raises:
        TemplateError: a text cannot be compiled, or a header is not the author's to write.
    """
    seen = set(written)
    for name, words in pairs:
        if not _NAME.fullmatch(name):
            raise _refusal(f"`{name}` cannot be a header's name", "letters, digits and `-`", words)
        if _OURS.fullmatch(name):
            raise _refusal(f"`{name}` is not set with `header`", "Mailgrid writes it from the other settings", words)
        if name.lower() in seen and _ONCE.fullmatch(name):
            raise _refusal(f"the header `{name}` is set twice", "keep one", words)
        seen.add(name.lower())
        yield name, engine.compile(words.text, words.name, Mode.HEADER, words.first_line)


def _refusal(message: str, hint: str, words: Words) -> TemplateError:
    return TemplateError(message, hint=hint, template=words.name, line=words.first_line)

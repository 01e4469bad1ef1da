"""Secrecy: where a text holds a secret, though it should not. A screen is often a log that others read.

The text need not make sense, so this looks at words and quotes only: what stands behind the name of a secret option,
or behind a word that is nearly one, is a secret, unless it is `secret("NAME")` or `env("NAME")`; and so is the password
of a login in a URL.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from mailgrid.hookspecs import Secret
from mailgrid.language.suggest import nearest
from mailgrid.language.text import Span, Text

__all__ = ["conceal", "masked", "secrets"]

_MASK = "***"
#: Nobody writes anything else behind these, whatever options there are.
_WELL_KNOWN = frozenset({"password", "passwd", "passphrase", "pass", "pwd", "secret", "token", "api_key", "apikey"})
#: What stands behind a column in a condition: then the word is no option.
_OPERATOR = re.compile(r"(?:and|or|not|is|in|contains|starts|ends|matches|between|before|after|ignoring)\b|[=!<>+]")
#: A word that may begin a statement, and what is written between it and its value by mistake.
_WORD = re.compile(r"(?<![\w.-])([^\W\d][\w-]*)`?([ \t]*[=:]|(?=[ \t\"\u201c\u201d'\[]))[ \t]*(?=[^\s({}])")
#: The password in `postgresql://user:password@host` (RFC 3986, 3.2.1).
_LOGIN = re.compile(r"://[^\s/:@\"]*:([^\s/@\"]+)@")
_NAMED = re.compile(r"(?:secret|env)[ \t]*\([ \t]*\"[^\"\n]*\"")
_PIECE = re.compile(
    r"\"\"\"([\s\S]*?)(?:\"\"\"|\Z)|[\"\u201c\u201d'\u2018\u2019]([^\"\u201c\u201d\u2018\u2019\n]*)|([^\s\"\u201c\u201d'(){}\[\],]+)"
)


def conceal(text: str, span: Span | None) -> str:
    """Return a message about a span without the secrets of the span's text."""
    if span is None:
        return text
    for start, end in secrets(span.text):
        for piece in _PIECE.finditer(span.text.content[start:end]):
            text = Secret(next(filter(None, piece.groups()), "")).conceal_in(text)
    return text


@lru_cache(maxsize=8)
def secrets(text: Text) -> tuple[tuple[int, int], ...]:
    """Return where secrets are written, as offsets from, up to but not including."""
    logins = (login.span(1) for login in _LOGIN.finditer(text.content))
    return tuple(sorted((*_found(text), *logins)))


def masked(text: Text, start: int, end: int) -> str:
    """Return the characters from `start` up to `end`, with each secret in them as `***`."""
    parts, at = [], start
    for first, last in secrets(text):
        if first < end and last > at:
            parts += [text.content[at : max(at, first)], _MASK]
            at = min(last, end)
    return "".join([*parts, text.content[at:end]])


def _found(text: Text) -> Iterator[tuple[int, int]]:
    content = text.content
    done = 0
    for word in _WORD.finditer(content):
        if word.start() >= done and _is_secret(word[1], text.secret_options) and _is_statement(content, word):
            start = word.end()
            done = _end(content, start)
            if named := _NAMED.match(content, start, done):
                start = named.end()
            written = content[start:done].lstrip(" \t,)").rstrip(" \t\r})")
            if written:
                start = content.index(written, start)
                yield start, start + len(written)


@lru_cache(maxsize=1024)
def _is_secret(word: str, options: frozenset[str]) -> bool:
    return word.casefold() in _WELL_KNOWN or nearest(word, options | {"password"}) is not None


def _is_statement(content: str, word: re.Match[str]) -> bool:
    """Tell whether a word names a setting: outside of quotes, and not compared with anything in a condition."""
    before = content[content.rfind("\n", 0, word.start()) + 1 : word.start()]
    if before.rpartition("{")[2].strip() in {"", "let", "#"}:
        return True
    return before.count('"') % 2 == 0 and not word[2].strip() and not _OPERATOR.match(content, word.end())


def _end(content: str, start: int) -> int:
    """Return where a value ends: with its line, or with the long text or the list that begins in it."""
    end = _find(content, "\n", start)
    line = content[start:end]
    if '"""' in line:
        opened = content.index('"""', start) + 3
        return min(_find(content, '"""', opened) + 3, len(content))
    if "[" in line and "]" not in line:
        return _find(content, "]", start)
    return end


def _find(content: str, wanted: str, start: int) -> int:
    found = content.find(wanted, start)
    return len(content) if found < 0 else found

"""Mailbox: a template for one address, like `{{ name }} <{{ email }}>`. No value can make two addresses of it."""

import re
from dataclasses import replace

from mailgrid.errors import AddressError, TemplateError
from mailgrid.message.address import Address, parse
from mailgrid.message.headers import one_line
from mailgrid.message.sandbox import Mode
from mailgrid.message.spec import Words
from mailgrid.message.template import Engine

__all__ = ["Mailbox"]

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
#: A template that is nothing but a column: `{{ email }}`, or `{{ row["e-mail"] }}`.
_COLUMN = re.compile(r"""\s*\{\{-?\s*(?:([A-Za-z_]\w*)|row\[(["'])([^"'\\]*)\2\])\s*-?\}\}\s*""")


class Mailbox:
    """A template for one address.

    The text before the last `<` is the display name, the address stands between it and the final `>`; the two are
    filled apart. Without `<` the whole is the address, and a value like `Fay <fay@example.org>` brings its own name.

    Raises:
        TemplateError: it cannot be compiled.
        AddressError: it has no `{{ }}` and is not an address.
    """

    def __init__(self, words: Words, engine: Engine) -> None:
        self.name = words.name
        display, bare = _split(words)
        lines = words.text[: words.text.rfind(bare)].count("\n")
        self._bare = engine.compile(bare, words.name, Mode.HEADER, words.first_line + lines)
        self._display = engine.compile(display, words.name, Mode.HEADER, words.first_line) if display else None
        self.templates = (self._display, self._bare) if self._display else (self._bare,)
        column = _COLUMN.fullmatch(bare)
        #: The column that holds the address, where it is nothing but a column.
        self.column = (column[1] or column[3]) if column and self._bare.uses else None
        #: Whether the display name has a text of its own.
        self.named = self._display is not None
        #: The address, where it is the same for everybody.
        self.fixed: Address | None = None
        if not _TAG.search(words.text):
            self.fixed = self({})

    def __call__(self, names: dict[str, object]) -> Address:
        """Return the address for these names.

        Raises:
            TemplateError: it cannot be filled.
            AddressError: what it is filled with is not one address; the message names the setting.
        """
        if self.fixed is not None:
            return self.fixed
        try:
            return self._fill(names)
        except AddressError as error:
            raise AddressError(f"`{self.name}`: {error.message}", hint=error.hint) from None

    def optional(self, names: dict[str, object]) -> Address | None:
        """Return the address, or None where nothing is filled in."""
        return None if self.fixed is None and not self._bare(names).strip() else self(names)

    def bare(self, names: dict[str, object]) -> Address:
        """Return the address without the display name that the template may give it."""
        return parse(one_line(self._bare(names), self.name))

    def display(self, names: dict[str, object]) -> str:
        """Return the display name that the template gives, or that came with the address."""
        if self._display is not None:
            shown = one_line(self._display(names), self.name)
            if shown:
                return shown
        return self.bare(names).display

    def _fill(self, names: dict[str, object]) -> Address:
        found = self.bare(names)
        return found if self._display is None else replace(found, display=self.display(names))


def _split(words: Words) -> tuple[str, str]:
    """Part the text at the last `<` that is not inside `{{ }}` or `{% %}`."""
    outside = _TAG.sub(lambda match: " " * len(match[0]), words.text)
    start, end = outside.rfind("<"), outside.rfind(">")
    if start < 0:
        return "", words.text
    if end < start or outside[end + 1 :].strip():
        raise TemplateError("nothing may follow the address in `< >`", template=words.name, line=words.first_line)
    display = words.text[:start].strip()
    if len(display) > 1 and display[0] == display[-1] == '"':
        display = display[1:-1]
    return display, words.text[start + 1 : end]

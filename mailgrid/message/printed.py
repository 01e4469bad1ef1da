"""Printed: PDF files that are made of a template for each recipient. They need the extra `pdf`."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from mailgrid.errors import TemplateError
from mailgrid.message.encoded_files import in_base64
from mailgrid.message.markup import Markup
from mailgrid.message.part_head import part_head, shown_name
from mailgrid.message.press import Press
from mailgrid.message.sandbox import Mode
from mailgrid.message.spec import Choice, Enclosing, Words
from mailgrid.message.template import Engine, Template

__all__ = ["Printed"]

_Names = dict[str, object]


class Printed:
    """Makes one PDF for each recipient of a template in HTML or Markdown.

    Raises:
        TemplateError: the template cannot be compiled, or what makes PDF files is not installed.
    """

    is_picture = False
    path: Path | None = None

    def __init__(self, enclosing: Enclosing, engine: Engine) -> None:
        path, name, document = enclosing.path, enclosing.name, enclosing.document
        self.written = path.text
        self._enclosing = enclosing
        self._press = Press(enclosing.find, path.name)
        self._path = engine.compile(path.text, path.name, Mode.PATH, path.first_line)
        self._name = engine.compile(name.text, name.name, Mode.HEADER, name.first_line) if name else None
        options = document.options.values() if isinstance(document, Choice) else (document,)
        self._templates = {words.name: _compiled(words, engine) for words in options if words}
        self.is_personal = isinstance(document, Choice)
        named = (self._path, *([self._name] if self._name else []))
        self.templates = (*named, *self._templates.values())

    def wanted(self, fields: Mapping[str, object]) -> bool:
        """Say whether somebody gets it."""
        test = self._enclosing.test
        return test is None or test(fields)

    def lacks(self, names: _Names, fields: Mapping[str, object]) -> bool:
        """Say whether somebody is to get it, needs it, and there is no template for it."""
        return self._enclosing.needed and self.wanted(fields) and self._path(names) not in self._templates

    def part(self, names: _Names) -> tuple[bytes, bytes] | None:
        """Return its headers and its lines; None where there is no template for it, and none is needed.

        Raises:
            TemplateError: the template cannot be filled, or no PDF be made of it.
        """
        name = self._path(names)
        template = self._templates.get(name)
        if template is None:
            if self._enclosing.needed:
                raise TemplateError(f"there is no template `{self.written}` for this row", template=self._path.name)
            return None
        octets = self._press(template(names))
        shown = shown_name(self._name, names, f"{PurePosixPath(name).stem}.pdf", self.written)
        return part_head("application/pdf", shown), in_base64(octets)


def _compiled(words: Words, engine: Engine) -> Template:
    markup = Markup.of(words, engine, frozenset(), "", inlining=False)
    return engine.compile(words.text, words.name, Mode.HTML, words.first_line, made=markup.html)

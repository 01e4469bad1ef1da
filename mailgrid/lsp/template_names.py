"""Template names: where templates, in quotes or in files, use a `let` as `vars.name`."""

import re
from collections.abc import Iterator
from pathlib import Path

from mailgrid.errors import MailgridError
from mailgrid.language.arguments import folder_of
from mailgrid.language.ast import Literal, Statement, walk
from mailgrid.language.imports import Module
from mailgrid.language.text import Span, Text
from mailgrid.planning.template_files import matching
from mailgrid.project import Project

__all__ = ["template_files", "variables"]

_CODE = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
_VARIABLE = re.compile(r"\bvars\.([A-Za-z_]\w*)")


def variables(span: Span) -> Iterator[tuple[str, Span]]:
    """Yield the name and the place of each `vars.name` inside of `{{ }}` and `{% %}`."""
    for code in _CODE.finditer(span.source):
        for variable in _VARIABLE.finditer(code[0]):
            start = span.start + code.start() + variable.start(1)
            yield variable[1], Span(span.text, start, start + len(variable[1]))


def template_files(module: Module, project: Project) -> Iterator[Text]:
    """Yield the files that a module's campaigns name as their templates, as far as they can be read."""
    for node in walk(module.file):
        if not (isinstance(node, Statement) and node.keyword == "template"):
            continue
        for argument in node.arguments:
            if not (isinstance(argument, Literal) and isinstance(argument.value, str)):
                continue
            yield from _meant(folder_of(argument.span), argument.value, project)


def _meant(folder: Path, written: str, project: Project) -> Iterator[Text]:
    """Yield the file that a name means, or each of those that it may mean."""
    for name in matching(folder, written).values() if "{{" in written else [written]:
        try:
            path = project.resolve(folder, name)
            yield Text(name, path.read_text(encoding="utf-8"), path)
        except (MailgridError, OSError, UnicodeDecodeError):
            continue

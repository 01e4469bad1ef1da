"""Declarations: the names that a file and its imports give, where they give them, and where they are meant."""

from collections.abc import Iterator

from mailgrid.language.ast import Among, Column, File, Let, Literal, Segment, Statement, Word, walk
from mailgrid.language.imports import Module
from mailgrid.language.text import Span
from mailgrid.lsp.template_names import variables
from mailgrid.value import value

__all__ = ["Declaration", "Name", "declarations", "names"]


@value
class Declaration:
    """A name that is given: `what` is `let`, `source`, `transport`, `segment` or `campaign`; `span` the name alone."""

    what: str
    name: str
    span: Span
    item: Let | Statement


@value
class Name:
    """A place that means a declaration, or is one itself."""

    declaration: Declaration
    span: Span


def declarations(module: Module) -> dict[tuple[str, str], Declaration]:
    """Return what a module and its imports declare, by sort and name; the first one counts."""
    found: dict[tuple[str, str], Declaration] = {}
    for each in module.walk():
        for declaration in _declared(each.file, own=each is module):
            found.setdefault((declaration.what, declaration.name), declaration)
    return found


def names(module: Module) -> Iterator[Name]:
    """Yield every place in a module and its imports that names something declared."""
    known = declarations(module)
    for declaration in known.values():
        yield Name(declaration, declaration.span)
    for each in module.walk():
        for what, name, span in _named(each.file):
            if meant := known.get((what, name)):
                yield Name(meant, span)


def _declared(file: File, *, own: bool) -> Iterator[Declaration]:
    for item in file.items:
        match item:
            case Let():
                yield Declaration("let", item.name, item.name_span, item)
            case Statement(keyword="segment", arguments=(Word() as word, *_)):
                yield Declaration("segment", word.name, word.span, item)
            case Statement(keyword="campaign", arguments=(Word() as word, *_)) if own:
                yield Declaration("campaign", word.name, word.span, item)
            case Statement(keyword="source" | "transport" as what, arguments=(Word() as word, Word(), *_)):
                yield Declaration(what, word.name, word.span, item)
            case _:
                pass


def _named(file: File) -> Iterator[tuple[str, str, Span]]:
    """Yield sort, name and place of all that may mean a declaration; of a column that may be a `let` too."""
    outer = {id(item) for item in file.items}
    for node in walk(file):
        match node:
            case Segment():
                yield "segment", node.name, node.name_span
            case Among(choices=Column(quoted=False) as column):
                yield "source", column.name, column.span
            case Column(quoted=False):
                yield "let", node.name, node.span
            case Statement(keyword="source" | "suppress" | "transport" as keyword, arguments=(Word() as word, *_)):
                if id(node) not in outer:
                    yield "source" if keyword == "suppress" else keyword, word.name, word.span
            case Literal(value=str()) if "vars." in node.span.source:
                yield from (("let", name, span) for name, span in variables(node.span))
            case _:
                pass

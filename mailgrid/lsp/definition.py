"""Definition and references: from a name to where it is given, to a file that is named, and back."""

from collections.abc import Iterator

from lsprotocol import types

from mailgrid.errors import MailgridError
from mailgrid.language.ast import Literal, walk
from mailgrid.language.imports import Module
from mailgrid.language.text import Span
from mailgrid.library.formatting import campaign_files
from mailgrid.library.loading import compiled_in
from mailgrid.lsp.declarations import Declaration, Name, names
from mailgrid.lsp.template_names import template_files, variables
from mailgrid.lsp.view import View

__all__ = ["definition", "everywhere", "name_at", "references"]

_START = types.Range(types.Position(0, 0), types.Position(0, 0))


def definition(view: View, params: types.DefinitionParams) -> types.Location | None:
    """Return where the name under the cursor is given, or the file that the text under it names."""
    offset = view.offset(params.position)
    if name := name_at(view.analysis.module, offset):
        return view.location(name.declaration.span)
    return _file(view, offset)


def references(view: View, params: types.ReferenceParams) -> list[types.Location]:
    """Return all places that mean what the cursor points to."""
    name = name_at(view.analysis.module, view.offset(params.position))
    if name is None:
        return []
    own = name.declaration.span
    spans = everywhere(view, name.declaration)
    return [view.location(span) for span in spans if params.context.include_declaration or not _same(span, own)]


def name_at(module: Module, offset: int) -> Name | None:
    """Return the name that an offset of a file touches."""
    text = module.text
    return next((name for name in names(module) if name.span.text is text and _touches(name.span, offset)), None)


def everywhere(view: View, declaration: Declaration) -> list[Span]:
    """Return each place that means a declaration: in the file, its imports, the project's other files, templates."""
    found: dict[tuple[object, int], Span] = {}
    for module in (view.analysis.module, *_others(view, declaration)):
        for span in _meant(view, module, declaration):
            found.setdefault((_place(span), span.start), span)
    return list(found.values())


def _meant(view: View, module: Module, declaration: Declaration) -> Iterator[Span]:
    """Yield the places that mean a declaration in one file, its imports and its templates."""
    meant = [name for name in names(module) if _same(name.declaration.span, declaration.span)]
    yield from (name.span for name in meant)
    if declaration.what == "let" and meant:
        for text in template_files(module, view.analysis.world.project):
            used = variables(Span(text, 0, len(text.content)))
            yield from (span for variable, span in used if variable == declaration.name)


def _others(view: View, declaration: Declaration) -> Iterator[Module]:
    """Yield the project's other files that may mean it; without `mailgrid.toml` it is not clear which they are."""
    world, unsaved = view.analysis.world, view.documents.unsaved
    if world.project.file is None or declaration.what == "campaign":
        return
    for path in campaign_files([world.project.root]):
        if path.resolve() == view.document.path.resolve():
            continue
        try:
            content = unsaved.get(path.resolve()) or path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if declaration.name in content or declaration.what == "let":
            yield compiled_in(world, path, view.analysis.settings, unsaved).module


def _file(view: View, offset: int) -> types.Location | None:
    for node in walk(view.analysis.module.file):
        if not (isinstance(node, Literal) and isinstance(node.value, str) and _touches(node.span, offset)):
            continue
        try:
            path = view.analysis.world.project.resolve(view.document.path.parent, node.value)
            is_file = path.is_file()
        except (MailgridError, OSError):
            return None
        return types.Location(view.documents.uri(path), _START) if is_file else None
    return None


def _touches(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end


def _same(one: Span, other: Span) -> bool:
    return one.start == other.start and _place(one) == _place(other)


def _place(span: Span) -> object:
    return span.text.path.resolve() if span.text.path else span.text.name

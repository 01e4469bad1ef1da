"""Hover: what the word under the cursor means. A secret that is written there by mistake is not shown."""

from collections.abc import Iterator

from lsprotocol import types

from mailgrid.hookspecs import Option, SourceKind, TransportKind
from mailgrid.language.ast import Call, Column, File, Import, Item, Let, Statement, Where, Word, walk
from mailgrid.language.essay import essay
from mailgrid.language.expressions.function_rows import FUNCTION_ROWS
from mailgrid.language.rows import Row
from mailgrid.language.secrecy import masked
from mailgrid.language.text import Span
from mailgrid.language.vocabulary import VOCABULARY
from mailgrid.lsp.columns import Columns
from mailgrid.lsp.declarations import Declaration
from mailgrid.lsp.definition import name_at
from mailgrid.lsp.view import View

__all__ = ["Hover"]

_DRIVEN = frozenset({"source", "suppress", "transport"})
_LONGEST = 2_000


class Hover:
    """Explains words.

    Args:
        columns: looks up the headers of sources.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def __call__(self, view: View, params: types.HoverParams) -> types.Hover | None:
        """Return what there is to say about the word under the cursor, and about a mistake in it."""
        offset = view.offset(params.position)
        span, told = next(self._told(view, offset), (None, ""))
        parts = [told, *_mistakes(view, offset)]
        content = types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(filter(None, parts)))
        return types.Hover(content, view.range(span) if span else None) if content.value else None

    def _told(self, view: View, offset: int) -> Iterator[tuple[Span, str]]:
        """Yield what is known about the word at an offset, the most telling first."""
        if name := name_at(view.analysis.module, offset):
            yield name.span, _declared(name.declaration)
        for path in _paths(view.analysis.module.file, offset):
            yield from self._words(path, view, offset)

    def _words(self, path: list[Item], view: View, offset: int) -> Iterator[tuple[Span, str]]:
        """Yield what is known about the words of one statement; `path` are those around it, and itself."""
        item = path[-1]
        yield from _keyword(path, view, offset)
        if isinstance(item, Statement):
            yield from _argument(item, view, offset)
        for node in walk(item):
            if isinstance(node, Call) and _touches(node.name_span, offset):
                yield node.name_span, _function(node.name, view)
            elif isinstance(node, Column) and _touches(node.span, offset):
                yield node.span, self._column(node.name, path, view)

    def _column(self, name: str, path: list[Item], view: View) -> str:
        first = path[0]
        words = first.arguments[:1] if isinstance(first, Statement) and first.keyword == "campaign" else ()
        campaign = next((word.name for word in words if isinstance(word, Word)), None)
        told = [
            f"{column.type or 'text'}, a column of {header.source}"
            for header in self._columns(view.analysis, campaign)
            for column in header.columns
            if column.name == name
        ]
        return f"`{name}`: {'; '.join(dict.fromkeys(told))}" if told else ""


def _paths(file: File, offset: int) -> Iterator[list[Item]]:
    """Yield the statements around an offset, from the innermost out, each with those around it before it."""
    path: list[Item] = []
    items = file.items
    while found := next((item for item in items if _touches(item.span, offset)), None):
        path.append(found)
        items = found.block.items if isinstance(found, Statement) and found.block else ()
    for length in range(len(path), 0, -1):
        yield path[:length]


# ---- statements ------------------------------------------------------------------------------------------------


def _keyword(path: list[Item], view: View, offset: int) -> Iterator[tuple[Span, str]]:
    """Yield what a statement's first word means where it stands."""
    item = path[-1]
    keyword, span = _first_word(item)
    if not _touches(span, offset):
        return
    around = path[-2] if len(path) > 1 else None
    if isinstance(around, Statement) and around.keyword in _DRIVEN:
        kind = _kind(around, view)
        for option in kind.options if kind else ():
            if option.name == keyword:
                yield span, _option(option)
    if row := VOCABULARY.get(keyword):
        yield span, _row(row)


def _first_word(item: Item) -> tuple[str, Span]:
    if isinstance(item, Statement):
        return item.keyword, item.keyword_span
    keyword = {Let: "let", Import: "import", Where: "where"}.get(type(item), "")
    return keyword, Span(item.span.text, item.span.start, item.span.start + len(keyword))


def _argument(item: Statement, view: View, offset: int) -> Iterator[tuple[Span, str]]:
    """Yield what a driver or a clause word means."""
    row = VOCABULARY.get(item.keyword)
    for word in item.arguments:
        if not (isinstance(word, Word) and _touches(word.span, offset)):
            continue
        kind = _kind(item, view) if item.keyword in _DRIVEN else None
        if kind and kind.name == word.name:
            yield word.span, _driver(kind)
        elif row and word.name in row.clauses:
            yield word.span, f"`{word.name}` {row.clauses[word.name].type.value}\n\n{_row(row)}"


def _kind(statement: Statement, view: View) -> SourceKind | TransportKind | None:
    """Return the driver that a statement names."""
    kinds = view.analysis.kinds
    words = [word.name for word in statement.arguments[:2] if isinstance(word, Word)]
    if statement.keyword == "transport":
        return next((kinds.transports[word] for word in words if word in kinds.transports), None)
    return next((kinds.sources[word] for word in words if word in kinds.sources), None)


# ---- words -----------------------------------------------------------------------------------------------------


def _row(row: Row) -> str:
    return f"**{row.keyword}**: {row.help}\n\nIt wants {row.wanted}.\n\n{_code(row.example)}"


def _option(option: Option) -> str:
    choices = f"\n\nOne of {', '.join(f'`{choice}`' for choice in option.choices)}." if option.choices else ""
    unit = f"\n\nIts unit is `{option.unit}`." if option.unit else ""
    return f"**{option.name}** ({option.type.value}): {option.help}{choices}{unit}"


def _driver(kind: SourceKind | TransportKind) -> str:
    options = "\n".join(f"* `{option.name}`: {option.help}" for option in kind.options)
    return "\n\n".join(filter(None, [f"**{kind.name}**: {kind.help}", options]))


def _function(name: str, view: View) -> str:
    rows = [row for row in FUNCTION_ROWS if row.name == name]
    if rows:
        return "\n\n".join(f"`{row.form}`: {row.help or 'a part of the date'}\n\n{_code(row.example)}" for row in rows)
    kind = view.analysis.kinds.functions.get(name)
    return f"`{name}`: {kind.help}" if kind else ""


def _declared(declaration: Declaration) -> str:
    """Return a declaration as it is written, and where."""
    span = declaration.item.span
    written = masked(span.text, span.start, span.end)
    shown = written if len(written) <= _LONGEST else f"{written[:_LONGEST]}\n..."
    if declaration.what == "campaign":
        shown = written.partition("\n")[0]
    return f"{_code(shown)}\n\n{span.text.name}, line {span.line}"


def _code(text: str) -> str:
    return f"````mailgrid\n{text}\n````"


def _mistakes(view: View, offset: int) -> Iterator[str]:
    """Yield what the codes of the mistakes at an offset mean."""
    for diagnostic in view.found:
        span = diagnostic.span
        if span and span.text is view.analysis.module.text and _touches(span, offset):
            found = essay(diagnostic.code)
            yield f"**{found.code}**: {found.title}\n\n{found.body}" if found else ""


def _touches(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end

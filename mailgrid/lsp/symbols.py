"""Symbols and folding: what a file holds, as an editor's outline, and what of it can be folded away."""

from collections.abc import Iterator, Sequence

from lsprotocol import types

from mailgrid.language.ast import Block, Import, Item, Junk, Let, List, Literal, Node, Statement, Where, Word, walk
from mailgrid.language.secrecy import masked
from mailgrid.language.text import Span
from mailgrid.lsp.view import View

__all__ = ["folding", "symbols"]

_KINDS = {
    "campaign": types.SymbolKind.Class,
    "defaults": types.SymbolKind.Struct,
    "let": types.SymbolKind.Constant,
    "import": types.SymbolKind.File,
    "segment": types.SymbolKind.Function,
    "source": types.SymbolKind.Module,
    "transport": types.SymbolKind.Module,
}
_LONGEST = 60


def symbols(view: View, _params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    """Return the file's statements, and in each those of its block."""
    return list(_symbols(view, view.analysis.module.file.items))


def _symbols(view: View, items: Sequence[Item]) -> Iterator[types.DocumentSymbol]:
    for item in items:
        if isinstance(item, Junk):
            continue
        keyword, name = _called(item)
        block = item.block if isinstance(item, Statement) else None
        yield types.DocumentSymbol(
            name=f"{keyword} {name.source}" if name else keyword,
            detail=None if name or block else _detail(item, keyword),
            kind=_KINDS.get(keyword, types.SymbolKind.Property),
            range=view.range(item.span),
            selection_range=view.range(name or item.span),
            children=list(_symbols(view, block.items)) if block else None,
        )


def _called(item: Item) -> tuple[str, Span | None]:
    """Return an item's keyword, and the place of the name that it gives."""
    match item:
        case Let():
            return "let", item.name_span
        case Import():
            return "import", item.path.span
        case Where():
            return "where", None
        case Statement(
            keyword="campaign" | "segment" | "source" | "transport" | "variant", arguments=(Word() as word, *_)
        ):
            return item.keyword, word.span
        case Statement():
            return item.keyword, None
        case _:
            return "", None


def _detail(item: Item, keyword: str) -> str:
    """Return what stands behind a keyword, on one line, without the secrets that may be in it."""
    shown = " ".join(masked(item.span.text, item.span.start, item.span.end)[len(keyword) :].split())
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."


def folding(view: View, _params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    """Return what goes over several lines: blocks, up to their last line but one, long texts, conditions, lists."""
    found: dict[int, types.FoldingRange] = {}
    for node in walk(view.analysis.module.file):
        if isinstance(node, Block | Where | List | Literal):
            first, last = _lines(node)
            if last > first:
                found.setdefault(first, types.FoldingRange(first, last))
    return list(found.values())


def _lines(node: Node) -> tuple[int, int]:
    text = node.span.text
    last = text.position(node.span.end)[0] - 1
    return node.span.line - 1, last - isinstance(node, Block)

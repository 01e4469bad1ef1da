"""Renaming: a name is changed everywhere; a campaign keeps the old one as `formerly`, so nobody is mailed twice."""

from collections.abc import Iterator, Mapping

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from mailgrid.language.ast import Statement
from mailgrid.language.diagnostics import Edit
from mailgrid.language.kinds import Kinds
from mailgrid.language.parser import tokenize
from mailgrid.language.text import Span, Text
from mailgrid.lsp.declarations import Declaration, declarations
from mailgrid.lsp.definition import everywhere, name_at
from mailgrid.lsp.view import View

__all__ = ["can_rename", "rename"]


def can_rename(view: View, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    """Return the name under the cursor, where it can be changed: what `mailgrid.toml` declares is changed there."""
    name = name_at(view.analysis.module, view.offset(params.position))
    if name is None or name.declaration.span.text.foreign:
        return None
    return types.PrepareRenamePlaceholder(view.range(name.span), name.declaration.name)


def rename(view: View, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """Return the changes that give what is under the cursor another name.

    Raises:
        JsonRpcInvalidParams: the new name is none, or is taken.
    """
    name = name_at(view.analysis.module, view.offset(params.position))
    if name is None or name.declaration.span.text.foreign:
        return None
    declaration, wanted = name.declaration, params.new_name
    _check(declaration, wanted, view)
    edits = [Edit(span, wanted) for span in everywhere(view, declaration)]
    return view.edits([*edits, *_formerly(declaration)])


def _check(declaration: Declaration, wanted: str, view: View) -> None:
    if [(token.type, token.text) for token in tokenize(Text("", wanted))] != [("NAME", wanted)]:
        raise JsonRpcInvalidParams(f"`{wanted}` is not a name")
    if (declaration.what, wanted) in declarations(view.analysis.module) and wanted != declaration.name:
        raise JsonRpcInvalidParams(f"there is a {declaration.what} `{wanted}` already")
    if wanted in _drivers(view.analysis.kinds).get(declaration.what, ()):
        raise JsonRpcInvalidParams(f"`{wanted}` is the name of a driver")


def _drivers(kinds: Kinds) -> Mapping[str, Mapping[str, object]]:
    return {"source": kinds.sources, "transport": kinds.transports}


def _formerly(declaration: Declaration) -> Iterator[Edit]:
    """Yield the change that writes a campaign's old name into it, behind those that it had before."""
    item = declaration.item
    if declaration.what != "campaign" or not isinstance(item, Statement) or item.block is None:
        return
    former = [each for each in item.block.items if isinstance(each, Statement) and each.keyword == "formerly"]
    line = f"\n  formerly {declaration.span.source}"
    if former:
        end = former[-1].span.end
        yield Edit(Span(item.span.text, end, end), line)
        return
    brace = item.block.span.start + 1
    rest = item.span.text.content[brace:].partition("\n")[0]
    if rest.strip() and not rest.lstrip().startswith("#"):
        yield Edit(Span(item.span.text, brace, brace), f"{line}\n ")
    else:
        end = brace + len(rest.rstrip("\r"))
        yield Edit(Span(item.span.text, end, end), line)

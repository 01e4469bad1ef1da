"""Whatever is typed, no answer raises: the same answers as the server's, without the process."""

import random
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from mailgrid.library.settings import Settings
from mailgrid.lsp.actions import actions
from mailgrid.lsp.analysis import analyse
from mailgrid.lsp.columns import Columns
from mailgrid.lsp.completion import Completion
from mailgrid.lsp.definition import definition, references
from mailgrid.lsp.documents import Documents
from mailgrid.lsp.formatting import formatting
from mailgrid.lsp.hover import Hover
from mailgrid.lsp.positions import Positions
from mailgrid.lsp.renaming import can_rename
from mailgrid.lsp.symbols import folding, symbols
from mailgrid.lsp.view import View
from tests.language.test_fuzz import SAMPLES, mutated

COLUMNS = Columns()
ITEM = types.TextDocumentIdentifier("file:///any")


def view_of(content: str, folder: Path) -> View:
    documents = Documents()
    document = documents.put((folder / "fuzz.mailgrid").as_uri(), 1, content)
    analysis = analyse(document, Settings(environment={}), documents.unsaved)
    return View(document, analysis, analysis.mistakes, documents, Positions("utf-16"))


def ask(view: View, position: types.Position) -> None:
    """Ask everything; each answer must be one that the protocol can carry."""
    marked = types.Range(position, position)
    context = types.ReferenceContext(include_declaration=True)
    asked: list[tuple[Any, Any]] = [
        (Completion(COLUMNS), types.CompletionParams(ITEM, position)),
        (Hover(COLUMNS), types.HoverParams(ITEM, position)),
        (definition, types.DefinitionParams(ITEM, position)),
        (references, types.ReferenceParams(context, ITEM, position)),
        (can_rename, types.PrepareRenameParams(ITEM, position)),
        (actions, types.CodeActionParams(ITEM, marked, types.CodeActionContext([]))),
        (symbols, types.DocumentSymbolParams(ITEM)),
        (folding, types.FoldingRangeParams(ITEM)),
        (formatting, types.DocumentFormattingParams(ITEM, types.FormattingOptions(2, insert_spaces=True))),
    ]
    for answer, params in asked:
        answer(view, params)


@pytest.mark.parametrize("seed", range(4))
def test_mutated_files_at_any_place(project: Path, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(12):
        view = view_of(mutated(chance.choice(SAMPLES), chance), project)
        for _ in range(6):
            offset = chance.randrange(len(view.document.text.content) + 1)
            ask(view, view.positions.position(view.document.text, offset))


def test_a_file_as_it_is_typed(project: Path) -> None:
    content = (project / "welcome.mailgrid").read_text()
    for length in range(0, len(content), 3):
        view = view_of(content[:length], project)
        ask(view, view.positions.position(view.document.text, length))


def test_places_that_there_are_not(project: Path) -> None:
    view = view_of("", project)
    for position in (types.Position(0, 0), types.Position(0, 99), types.Position(99, 99)):
        ask(view, position)

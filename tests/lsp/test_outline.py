from pathlib import Path

from lsprotocol import types

from tests.lsp.editor import Editor, edit

CONTENT = '''\
import "shared.mailgrid"
let brand = "😀"
transport relay smtp {
  host     "localhost"
  password "hush-hush"
}
campaign welcome {
  where active
        and country = "FR"
  html """
    <p>Hello</p>
    """
}
'''


def test_the_outline_holds_the_statements_without_their_secrets(project: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", CONTENT)
        asked = types.DocumentSymbolParams(editor.item("welcome.mailgrid"))
        found = await editor.client.text_document_document_symbol_async(asked)
        assert found
        symbols = [symbol for symbol in found if isinstance(symbol, types.DocumentSymbol)]
        names = ['import "shared.mailgrid"', "let brand", "transport relay", "campaign welcome"]
        assert [symbol.name for symbol in symbols] == names
        assert symbols[3].kind is types.SymbolKind.Class
        assert symbols[3].range == types.Range(types.Position(6, 0), types.Position(12, 1))
        assert symbols[3].selection_range == types.Range(types.Position(6, 9), types.Position(6, 16))
        assert symbols[1].range.end == types.Position(1, 16)
        inside = symbols[2].children
        assert inside
        assert [(symbol.name, symbol.detail) for symbol in inside] == [("host", '"localhost"'), ("password", "***")]

    edit(project, session)


def test_what_goes_over_several_lines_can_be_folded(project: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", CONTENT)
        found = await editor.client.text_document_folding_range_async(
            types.FoldingRangeParams(editor.item("welcome.mailgrid"))
        )
        assert found
        assert [(each.start_line, each.end_line) for each in found] == [(2, 4), (6, 11), (7, 8), (9, 11)]

    edit(project, session)

from pathlib import Path

from lsprotocol import types

from mailgrid.language.format.canonical import format_text
from mailgrid.language.text import Text
from tests.lsp.conftest import WELCOME
from tests.lsp.editor import Editor, edit

OPTIONS = types.FormattingOptions(tab_size=2, insert_spaces=True)


def test_a_file_is_laid_out_as_fmt_does(project: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid")
        asked = types.DocumentFormattingParams(editor.item("welcome.mailgrid"), OPTIONS)
        found = await editor.client.text_document_formatting_async(asked)
        formatted = format_text(Text("welcome", WELCOME))
        whole = types.Range(types.Position(0, 0), types.Position(8, 0))
        assert found
        assert list(found) == [types.TextEdit(whole, formatted)]
        editor.change("welcome.mailgrid", formatted)
        assert await editor.client.text_document_formatting_async(asked) == ()
        editor.change("welcome.mailgrid", "subject  from == {\n")
        assert await editor.client.text_document_formatting_async(asked) == ()

    edit(project, session)

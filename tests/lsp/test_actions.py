from pathlib import Path

from lsprotocol import types

from tests.lsp.conftest import WELCOME
from tests.lsp.editor import Editor, edit, place

WRONG = WELCOME.replace('country = "FR"', 'first_name = "😀" and country == "FR"').replace("subject ", "subjct ")


async def offered(
    editor: Editor, marked: types.Range, only: list[types.CodeActionKind] | None = None
) -> list[types.CodeAction]:
    asked = types.CodeActionParams(
        editor.item("welcome.mailgrid"), marked, types.CodeActionContext(diagnostics=[], only=only)
    )
    found = await editor.client.text_document_code_action_async(asked)
    return [action for action in found or () if isinstance(action, types.CodeAction)]


def test_a_mistake_under_the_cursor_can_be_put_right(project: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", WRONG)
        shown = await editor.shows("welcome.mailgrid", "MG104", "MG201")
        where = place(WRONG, "country =|=")
        fix, every = await offered(editor, types.Range(where, where))
        assert fix.title == "replace `==` with `=`"
        assert fix.kind == types.CodeActionKind.QuickFix
        assert fix.diagnostics == (shown[0],)
        assert fix.edit
        start = place(WRONG, "country |==")
        marked = types.Range(start, types.Position(start.line, start.character + 2))
        assert fix.edit.changes == {editor.uri("welcome.mailgrid"): (types.TextEdit(marked, "="),)}
        assert every.title == "put right 2 mistakes"
        assert every.kind == types.CodeActionKind.SourceFixAll
        assert every.edit
        assert every.edit.changes
        ((whole,),) = every.edit.changes.values()
        assert whole.new_text == WRONG.replace("==", "=").replace("subjct ", "subject ")
        nothing = types.Position(0, 0)
        assert await offered(editor, types.Range(nothing, nothing), [types.CodeActionKind.QuickFix]) == []

    edit(project, session)


def test_a_column_can_be_put_right(project: Path) -> None:
    async def session(editor: Editor) -> None:
        content = WELCOME.replace("country", "coutry")
        editor.open("welcome.mailgrid", content)
        await editor.shows("welcome.mailgrid", "MG301")
        where = place(content, "cou|try")
        (fix,) = await offered(editor, types.Range(where, where))
        assert fix.title == "replace `coutry` with `country`"

    edit(project, session)

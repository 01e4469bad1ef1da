from pathlib import Path

import pytest
from lsprotocol import types

from mailgrid.language.essay import essay
from tests.lsp.editor import Editor, edit, place

CONTENT = """\
let password = "hush-hush"
segment pro where plan = "pro"
transport relay smtp {
  host     "localhost"
  password "hush-hush"
}
campaign welcome {
  source  csv "people.csv"
  where   in pro and lower(country) = "fr" and country == brand
  rate    10/s burst 50
  subject "😀" # {{ x }}
}
"""


@pytest.fixture
def folder(project: Path) -> Path:
    (project / "people.csv").write_text("email,country,plan\n")
    return project


async def told(editor: Editor, marked: str) -> str:
    asked = types.HoverParams(editor.item("welcome.mailgrid"), place(CONTENT, marked))
    found = await editor.client.text_document_hover_async(asked)
    if found is None:
        return ""
    assert isinstance(found.contents, types.MarkupContent)
    assert "hush" not in found.contents.value
    return found.contents.value


def test_words_are_explained_and_secrets_are_not_shown(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", CONTENT)
        for marked, some in [
            ("ra|te ", "**rate**: so many in a time, over all workers"),
            ("ra|te ", "````mailgrid\nrate 10/s burst 50\n````"),
            ("bur|st", "`burst` a whole number"),
            ("wh|ere   in", "**where**: which of them"),
            ("le|t password", "**let**: a named value"),
            ("in pr|o", 'segment pro where plan = "pro"'),
            ("lo|wer(", 'lower(country) = "fr"'),
            ("lower(coun|try", "`country`: text, a column of people.csv"),
            ("cs|v ", "* `delimiter`: "),
            ("ho|st ", "**host** (text): "),
            ("let pass|word", "let password = "),
            ("transport re|lay", "password ***"),
            ("campaign wel|come", "campaign welcome {"),
            ("=|= brand", (essay("MG104") or pytest.fail("no essay")).title),
        ]:
            assert some in await told(editor, marked), marked
        for nothing in ("|\n  rate", "# {{ |x", "10/|s"):
            assert not await told(editor, nothing), nothing

    edit(folder, session)


def test_no_place_of_the_file_shows_a_secret(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", CONTENT)
        for line, text in enumerate(CONTENT.splitlines()):
            for character in range(0, len(text), 3):
                asked = types.HoverParams(editor.item("welcome.mailgrid"), types.Position(line, character))
                found = await editor.client.text_document_hover_async(asked)
                assert "hush" not in str(found)

    edit(folder, session)

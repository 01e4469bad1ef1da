from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from lsprotocol import types

from tests.lsp.conftest import WELCOME
from tests.lsp.editor import Editor, edit


def test_a_file_is_checked_when_it_is_opened_and_changed(project: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid")
        await editor.shows("welcome.mailgrid")
        editor.change("welcome.mailgrid", WELCOME.replace("subject ", "subjct "))
        (unknown,) = await editor.shows("welcome.mailgrid", "MG201")
        assert unknown.range == types.Range(types.Position(4, 2), types.Position(4, 8))
        assert unknown.severity is types.DiagnosticSeverity.Error
        assert unknown.source == "mailgrid"
        assert unknown.message == "unknown setting `subjct`\ndid you mean `subject`?"
        editor.change("welcome.mailgrid", WELCOME)
        await editor.shows("welcome.mailgrid")

    edit(project, session)


def test_the_header_and_the_template_are_checked(project: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", WELCOME.replace("country", "coutry").replace("first_name", "fist_name"))
        column, template = await editor.shows("welcome.mailgrid", "MG301", "MG501")
        assert column.range == types.Range(types.Position(2, 21), types.Position(2, 27))
        assert template.range.start.line == 4

    edit(project, session)


def test_a_file_that_changes_on_disk_is_read_again(project: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", WELCOME.replace("country", "land"))
        await editor.shows("welcome.mailgrid", "MG301")
        (project / "people.csv").write_text("email,first_name,land,active\n")
        editor.client.text_document_did_save(types.DidSaveTextDocumentParams(editor.item("welcome.mailgrid")))
        await editor.shows("welcome.mailgrid")

    edit(project, session)


@pytest.mark.parametrize(("encoding", "column"), [(None, 34), ("utf-8", 38)])
def test_characters_beyond_the_basic_plane_count_as_the_editor_counts_them(
    project: Path, encoding: str | None, column: int
) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", WELCOME.replace("active and", 'first_name = "😀😀" and'))
        await editor.shows("welcome.mailgrid")
        editor.change(
            "welcome.mailgrid", WELCOME.replace('active and country = "FR"', 'first_name = "😀😀" and coutry = 1')
        )
        (found,) = await editor.shows("welcome.mailgrid", "MG301")
        assert found.range == types.Range(types.Position(2, column), types.Position(2, column + 6))

    edit(project, session, encodings=[encoding] if encoding else None)


def test_a_code_leads_to_its_page_and_a_note_to_its_place(project: Path) -> None:
    pages = []

    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", 'let brand = "Acme"\nlet brand = "Ace"\n')
        (found,) = await editor.shows("welcome.mailgrid", "MG211")
        assert found.code_description
        pages.append(Path(unquote(urlparse(found.code_description.href).path)))
        assert found.related_information
        (first,) = found.related_information
        assert first.message == "first defined here"
        assert first.location.uri == editor.uri("welcome.mailgrid")
        assert first.location.range == types.Range(types.Position(0, 4), types.Position(0, 9))

    edit(project, session)
    (page,) = pages
    assert page.name == "MG211.md"
    assert page.read_text(encoding="utf-8").startswith("# ")


def test_an_import_is_read_as_it_stands_in_the_editor(project: Path) -> None:
    (project / "shared.mailgrid").write_text('let brand = "Acme"\n')

    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", 'import "shared.mailgrid"\n' + WELCOME.replace('"FR"', "land"))
        await editor.shows("welcome.mailgrid", "MG301")
        editor.open("shared.mailgrid", 'let land = "FR"\n')
        await editor.shows("welcome.mailgrid")
        editor.change("shared.mailgrid", 'let land == "FR"\n')
        await editor.shows("welcome.mailgrid")
        (found,) = await editor.shows("shared.mailgrid", "MG104")
        assert found.range.start == types.Position(0, 9)
        editor.close("shared.mailgrid")
        await editor.shows("welcome.mailgrid", "MG301")

    edit(project, session)


def test_a_mistake_of_an_import_is_shown_there_until_the_last_file_is_closed(project: Path) -> None:
    (project / "shared.mailgrid").write_text('let brand == "Acme"\n')

    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", 'import "shared.mailgrid"\n' + WELCOME)
        await editor.shows("shared.mailgrid", "MG104")
        editor.close("welcome.mailgrid")
        await editor.shows("shared.mailgrid")

    edit(project, session)


def test_a_wrong_project_file_is_shown_and_hides_nothing(project: Path) -> None:
    def write(table: str) -> None:
        (project / "mailgrid.toml").write_text(table)

    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", WELCOME.replace("subject ", "subjct "))
        for table, code in [("zone = ", "MG620"), ("colour = 1", "MG620"), ('plugins = ["no-such-thing"]', "MG610")]:
            write(table)
            editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
            first, *_ = await editor.shows("welcome.mailgrid", code, "MG201")
            assert first.range.start == types.Position(0, 0)
            write("")
            editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
            await editor.shows("welcome.mailgrid", "MG201")

    edit(project, session)

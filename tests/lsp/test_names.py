"""Definition, references and renaming: names across files."""

from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from tests.lsp.editor import Editor, edit, place

SHARED = """\
let brand = "Acme"
let eu = ["FR", "DE"]
source users csv "people.csv"
transport ses sandbox "out/"
segment pro where plan = "pro"
"""
MAIN = """\
import "shared.mailgrid"

campaign welcome {  # the first
  source    users
  transport ses
  where     in pro and country in eu
  suppress  users
  from      "Ada <ada@acme.example>"
  subject   "😀 {{ vars.brand }} and {{ brand }}"
  template  "hello.html"
}
"""
TEMPLATE = "<p>brand vars.brand {% if vars.brand %}{{ vars.brand }}{% endif %}</p>\n"
OTHER = 'import "shared.mailgrid"\ncampaign other { where not in pro }\n'


@pytest.fixture
def folder(project: Path) -> Path:
    (project / "people.csv").write_text("email,country,plan,brand\n")
    (project / "shared.mailgrid").write_text(SHARED)
    (project / "main.mailgrid").write_text(MAIN)
    (project / "other.mailgrid").write_text(OTHER)
    (project / "hello.html").write_text(TEMPLATE)
    return project


def around(content: str, marked: str) -> types.Range:
    """Return the range between two `|`."""
    before, word, behind = marked.split("|")
    return types.Range(place(content, f"{before}|{word}{behind}"), place(content, f"{before}{word}|{behind}"))


def test_a_name_leads_to_where_it_is_given(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("main.mailgrid", MAIN)
        for used, given in [
            ("source    us|ers", "source |users|"),
            ("transport |ses", "transport |ses|"),
            ("in pr|o and", "segment |pro|"),
            ("country in e|u", "let |eu|"),
            ("suppress  users|", "source |users|"),
            ("vars.br|and", "let |brand|"),
        ]:
            asked = types.DefinitionParams(editor.item("main.mailgrid"), place(MAIN, used))
            found = await editor.client.text_document_definition_async(asked)
            assert found == types.Location(editor.uri("shared.mailgrid"), around(SHARED, given)), used

    edit(folder, session)


def test_a_path_leads_to_its_file(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("main.mailgrid", MAIN)
        start = types.Range(types.Position(0, 0), types.Position(0, 0))
        for path, name in [('"hello|.html"', "hello.html"), ('"sha|red', "shared.mailgrid")]:
            asked = types.DefinitionParams(editor.item("main.mailgrid"), place(MAIN, path))
            found = await editor.client.text_document_definition_async(asked)
            assert found == types.Location(editor.uri(name), start)
        for nowhere in ("fr|om ", "{{ br|and }}", "Ada <|ada"):
            asked = types.DefinitionParams(editor.item("main.mailgrid"), place(MAIN, nowhere))
            assert await editor.client.text_document_definition_async(asked) is None

    edit(folder, session)


def test_all_places_of_a_name_are_found_in_the_projects_other_files_too(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("main.mailgrid", MAIN)
        for declared in (True, False):
            context = types.ReferenceContext(include_declaration=declared)
            asked = types.ReferenceParams(context, editor.item("main.mailgrid"), place(MAIN, "in pr|o"))
            found = await editor.client.text_document_references_async(asked)
            assert found is not None
            wanted = [
                types.Location(editor.uri("main.mailgrid"), around(MAIN, "in |pro|")),
                types.Location(editor.uri("other.mailgrid"), around(OTHER, "in |pro|")),
                *([types.Location(editor.uri("shared.mailgrid"), around(SHARED, "segment |pro|"))] if declared else []),
            ]
            assert sorted(found, key=lambda each: each.uri) == wanted

    edit(folder, session)


async def renamed(editor: Editor, name: str, position: types.Position, new: str) -> dict[str, list[types.TextEdit]]:
    asked = types.RenameParams(editor.item(name), position, new)
    found = await editor.client.text_document_rename_async(asked)
    assert found
    assert found.changes
    return {Path(uri).name: list(edits) for uri, edits in found.changes.items()}


def test_a_name_is_changed_everywhere(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("main.mailgrid", MAIN)
        found = await renamed(editor, "main.mailgrid", place(MAIN, "in pr|o"), "payers")
        assert found == {
            "main.mailgrid": [types.TextEdit(around(MAIN, "in |pro|"), "payers")],
            "other.mailgrid": [types.TextEdit(around(OTHER, "in |pro|"), "payers")],
            "shared.mailgrid": [types.TextEdit(around(SHARED, "segment |pro|"), "payers")],
        }
        found = await renamed(editor, "main.mailgrid", place(MAIN, "vars.br|and"), "name")
        assert found["main.mailgrid"] == [types.TextEdit(around(MAIN, "vars.|brand|"), "name")]
        assert found["shared.mailgrid"] == [types.TextEdit(around(SHARED, "let |brand|"), "name")]
        assert [each.range for each in found["hello.html"]] == [
            around(TEMPLATE, "if vars.|brand|"),
            around(TEMPLATE, "{{ vars.|brand|"),
        ]
        found = await renamed(editor, "main.mailgrid", place(MAIN, "source    us|ers"), "people")
        assert [each.range for each in found["main.mailgrid"]] == [
            around(MAIN, "source    |users|"),
            around(MAIN, "suppress  |users|"),
        ]

    edit(folder, session)


HEADERS = [
    ("campaign welcome {  # the first|", "\n  formerly welcome"),
    ("campaign welcome {\n  formerly old|", "\n  formerly welcome"),
    ('campaign welcome {| title "x"', "\n  formerly welcome\n "),
]


def test_a_campaign_keeps_its_old_name_as_formerly(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("main.mailgrid", MAIN)
        for header, inserted in HEADERS:
            content = MAIN.replace("campaign welcome {  # the first", header.replace("|", ""))
            editor.change("main.mailgrid", content)
            found = await renamed(editor, "main.mailgrid", place(content, "campaign wel|come"), "hello")
            end = place(content, header)
            assert found["main.mailgrid"] == [
                types.TextEdit(around(content, "campaign |welcome|"), "hello"),
                types.TextEdit(types.Range(end, end), inserted),
            ]

    edit(folder, session)


def test_what_cannot_be_a_name_is_refused(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("main.mailgrid", MAIN)
        for new in ("two words", "and", "", "1st", '"x"'):
            with pytest.raises(JsonRpcInvalidParams, match="is not a name"):
                await renamed(editor, "main.mailgrid", place(MAIN, "in pr|o"), new)
        with pytest.raises(JsonRpcInvalidParams, match="there is a let `eu` already"):
            await renamed(editor, "main.mailgrid", place(MAIN, "vars.br|and"), "eu")
        with pytest.raises(JsonRpcInvalidParams, match="`csv` is the name of a driver"):
            await renamed(editor, "main.mailgrid", place(MAIN, "suppress  us|ers"), "csv")
        asked = types.PrepareRenameParams(editor.item("main.mailgrid"), place(MAIN, "in pr|o"))
        found = await editor.client.text_document_prepare_rename_async(asked)
        assert found == types.PrepareRenamePlaceholder(around(MAIN, "in |pro|"), "pro")
        asked = types.PrepareRenameParams(editor.item("main.mailgrid"), place(MAIN, "countr|y in"))
        assert await editor.client.text_document_prepare_rename_async(asked) is None

    edit(folder, session)

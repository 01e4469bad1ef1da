from pathlib import Path

import pytest
from lsprotocol import types

from mailgrid.language.vocabulary import CAMPAIGN, FILE, VOCABULARY
from tests.lsp.editor import Editor, edit, place

FILE_TEXT = """\
import "shared.mailgrid"
let brand = "Acme"
let eu = ["FR", "DE"]
source users csv "people.csv"
segment pro where plan = "pro"

campaign welcome {
  source  users
  where   active
  from    "Ada <ada@acme.example>"
  subject "😀 {{ x }}"
  CURSOR
  html    "<p>Hello</p>"
  inline  "mail/logo.png" as logo
}
"""
HEADER = "email,first_name,country,active,plan,First Name\n"

#: What is typed in the campaign, with `|` for the cursor; words that are offered; words that are not.
CASES = [
    ("|", {"rate", "where", "transport", "attach"}, {"subject", "from", "source", "html", "campaign", "host"}),
    ("ra|", {"rate"}, {"subject"}),
    ("where |", {"country", "First Name", "eu", "lower", "not", "in", "days_since"}, {"and", "pro", "empty", "rate"}),
    ("where country |", {"=", "in", "is", "contains", "starts with", "not", "before", "and"}, {"country", "empty"}),
    ("where country = |", {"country", "brand", "land", "lower", "true"}, {"and", "pro", "empty"}),
    ("where country = lower(|", {"country", "brand"}, {"and", "pro"}),
    ("where active and |", {"country", "not", "in"}, {"and", "pro"}),
    ("where active and\n    |", {"country", "not", "in"}, {"and", "rate", "pro"}),
    ("where in |", {"pro", "staff"}, {"country", "eu", "lower"}),
    ("where not in p|", {"pro", "staff"}, {"country", "eu"}),
    ("where country in |", {"eu", "users", "lines"}, {"pro", "country", "brand"}),
    ("where country is |", {"empty", "not"}, {"country", "and"}),
    ("where plan between 1 |", {"and", "+", "-"}, {"country", "or"}),
    ("where `Fir|", {"First Name"}, {"rate"}),
    ("source |", {"users", "csv"}, {"smtp", "ses"}),
    ("transport |", {"ses", "smtp", "sandbox"}, {"csv", "users"}),
    ('transport smtp {\n    host "x"\n    |\n  }', {"port", "tls", "password"}, {"host", "rate", "subject"}),
    ("transport smtp { tls |", {"starttls", "env"}, {"port", "secret "}),
    ("transport smtp { password |", {"secret"}, {"env"}),
    ("transport smtp { reuse 100 |", {"messages"}, {"port"}),
    ("variant short {\n    |\n  }", {"subject", "template", "html"}, {"rate", "source", "where"}),
    ("key |", {"email", "country"}, {"rate"}),
    ("on_doubt |", {"hold", "skip", "resend"}, {"rate"}),
    ("retry 5 |", {"for", "backoff", "max", "jitter"}, {"country"}),
    ("retry 5 for 6h |", {"backoff"}, {"for"}),
    ("retry 5 for |", set(), {"backoff"}),
    ("limit |", {"domain"}, {"any"}),
    ("limit domain |", {"any"}, {"domain"}),
    ('unsubscribe "x" |', {"mailto", "one_click"}, {"where"}),
    ('attach "a.pdf" |', {"as", "missing", "where"}, {"pdf"}),
    ('attach "a.pdf" where |', {"country"}, {"as"}),
    ('attach "|', {"people.csv", "mail"}, {"as", ".hidden"}),
    ('template "|', {"mail"}, {"people.csv", "logo.png"}),
    ('template "mail/he|', {"hello.md", "hello.html"}, {"mail", "logo.png"}),
    ('template "mail/hello.md" text "mail/|', {"hello.txt"}, {"logo.png"}),
    ('inline "mail/|', {"logo.png"}, {"hello.md"}),
    ('inline "../|', set(), {"people.csv"}),
    ('attach "people.csv" as "|', set(), {"people.csv"}),
    ("text \"<img src='cid:|", {"logo"}, {"email"}),
    ('dkim domain "d" key |', {"secret"}, {"selector"}),
    ('title "{{ |', {"country", "vars", "recipient"}, {"First Name", "rate"}),
    ('title "{{ vars.|', {"brand", "eu", "land"}, {"country"}),
    ('title "{{ recipient.|', {"address"}, {"country"}),
    ('title "{{ country | u|', {"upper", "default"}, {"country", "steps"}),
    ('title "{{ country }} |', set(), {"country"}),
    ("# |", set(), {"rate"}),
    ("subject == { |", set(), {"country"}),
    ("where == |", set(), {"country"}),
]


@pytest.fixture
def folder(project: Path) -> Path:
    (project / "people.csv").write_text(HEADER)
    shared = 'let land = "FR"\ntransport ses smtp { host "x" }\nsegment staff where active\n'
    (project / "shared.mailgrid").write_text(shared)
    (project / "mail").mkdir()
    for name in ("hello.md", "hello.html", "hello.txt", "logo.png", ".hidden"):
        (project / "mail" / name).touch()
    return project


async def offered(editor: Editor, name: str, position: types.Position) -> dict[str, types.CompletionItem]:
    asked = types.CompletionParams(editor.item(name), position)
    found = await editor.client.text_document_completion_async(asked)
    assert isinstance(found, types.CompletionList)
    return {item.label: item for item in found.items}


def test_what_is_offered_fits_the_place(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", FILE_TEXT.replace("CURSOR", ""))
        for typed, some, none in CASES:
            before, _, behind = typed.rpartition("|")
            editor.change("welcome.mailgrid", FILE_TEXT.replace("CURSOR", before + behind))
            line = FILE_TEXT.partition("CURSOR")[0] + before
            where = types.Position(line.count("\n"), len(line.rpartition("\n")[2]))
            found = await offered(editor, "welcome.mailgrid", where)
            assert some <= found.keys(), typed
            assert not none & found.keys(), typed

    edit(folder, session)


def test_at_the_start_of_a_line_stand_statements_of_the_file(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", FILE_TEXT.replace("CURSOR", "") + "\n")
        found = await offered(editor, "welcome.mailgrid", types.Position(15, 0))
        assert found.keys() == {row.keyword for row in VOCABULARY.values() if FILE in row.places}
        assert found["campaign"].detail == VOCABULARY["campaign"].help

    edit(folder, session)


def test_a_word_takes_the_place_of_what_is_typed_of_it(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        content = FILE_TEXT.replace("CURSOR", 'where country = "😀" and Fir')
        editor.open("welcome.mailgrid", content)
        where = place(content, '"😀" and Fir|')
        found = await offered(editor, "welcome.mailgrid", where)
        start = types.Position(where.line, where.character - 3)
        assert found["First Name"].text_edit == types.TextEdit(types.Range(start, where), "`First Name`")
        assert found["country"].detail == "text, people.csv"
        editor.change("welcome.mailgrid", content.replace("Fir", "`Fir"))
        found = await offered(editor, "welcome.mailgrid", place(content.replace("Fir", "`Fir"), "`Fir|"))
        assert found["First Name"].filter_text == "`First Name"
        assert found["First Name"].text_edit == types.TextEdit(
            types.Range(start, types.Position(where.line, where.character + 1)), "`First Name`"
        )

    edit(folder, session)


def test_columns_are_those_of_the_campaigns_own_source(folder: Path) -> None:
    (folder / "orders.csv").write_text("email,total\n")
    other = 'defaults { source csv "orders.csv" }\ncampaign receipts {\n  where t\n}\n'

    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", other)
        found = await offered(editor, "welcome.mailgrid", types.Position(2, 9))
        assert "total" in found
        assert "country" not in found
        (folder / "orders.csv").write_text("email,amount\n")
        found = await offered(editor, "welcome.mailgrid", types.Position(2, 9))
        assert "amount" in found

    edit(folder, session)


def test_every_setting_that_is_not_written_yet_is_offered(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", 'campaign welcome {\n  rate 1/s\n  \n  cc "a"\n  workers 2\n}\n')
        found = await offered(editor, "welcome.mailgrid", types.Position(2, 2))
        fitting = {row.keyword for row in VOCABULARY.values() if CAMPAIGN in row.places}
        assert found.keys() == fitting - {"rate", "workers"}

    edit(folder, session)

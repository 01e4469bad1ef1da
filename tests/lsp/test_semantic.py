from pathlib import Path

from lsprotocol import types

from tests.lsp.editor import Editor, edit

CONTENT = '''\
# 😀 all of it
campaign welcome {  # here
  source csv "😀.csv"
  where  in pro and domain(email) = "x" # there
  rate   10/s burst 50
  html """a
    b"""
}
'''
WORDS = [
    ("# 😀 all of it", "comment"),
    ("campaign", "keyword"),
    ("welcome", "type"),
    ("# here", "comment"),
    ("source", "property"),
    ("csv", "type"),
    ('"😀.csv"', "string"),
    ("where", "keyword"),
    ("in", "keyword"),
    ("pro", "class"),
    ("and", "keyword"),
    ("domain", "function"),
    ("email", "variable"),
    ("=", "operator"),
    ('"x"', "string"),
    ("# there", "comment"),
    ("rate", "property"),
    ("10/s", "number"),
    ("burst", "enumMember"),
    ("50", "number"),
    ("html", "property"),
    ('"""a', "string"),
    ('    b"""', "string"),
]


def test_each_word_is_what_it_is_where_it_is(project: Path) -> None:
    async def session(editor: Editor) -> None:
        assert editor.told
        provider = editor.told.capabilities.semantic_tokens_provider
        assert provider
        editor.open("welcome.mailgrid", CONTENT)
        found = await editor.client.text_document_semantic_tokens_full_async(
            types.SemanticTokensParams(editor.item("welcome.mailgrid"))
        )
        assert found
        lines = [line.encode("utf-16-le") for line in CONTENT.split("\n")]
        words, line, character = [], 0, 0
        for index in range(0, len(found.data), 5):
            down, right, length, kind, _ = found.data[index : index + 5]
            line, character = line + down, right + (0 if down else character)
            word = lines[line][2 * character : 2 * (character + length)].decode("utf-16-le")
            words.append((word, provider.legend.token_types[kind]))
        assert words == WORDS

    edit(project, session)

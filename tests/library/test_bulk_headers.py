"""What a file says of bulk mail is in what is sent, for each variant, and mistakes are shown where they are made."""

from email import message_from_bytes
from pathlib import Path

import pytest

from mailgrid.language.diagnostics import Diagnostic
from mailgrid.library.checking import check
from mailgrid.library.settings import Settings
from mailgrid.library.verbs import apply

SETTINGS = Settings(environment={})


def written(folder: Path, *settings: str) -> Path:
    (folder / "people.csv").write_text("email,id\nann@example.org,1\nbob@example.org,2\n", encoding="utf-8")
    file = folder / "news.mailgrid"
    lines = [
        'source csv "people.csv"', 'from "Acme <news@acme.example>"', 'subject "News"', 'text "Hello."',
        'transport maildir "out"', *settings,
    ]  # fmt: skip
    file.write_text("\n".join(["campaign news {", *lines, "}", ""]), encoding="utf-8")
    return file


def test_all_of_them_are_in_every_message(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        'unsubscribe "https://acme.example/u?i={{ id }}&t={{ token }}" mailto "un@acme.example" one_click',
        'return_path "bounce+{{ token }}@acme.example"',
        'list_id "news.acme.example"',
        'feedback_id "spring:news::acme1"',
        "precedence bulk",
        'reply_to "help@acme.example"',
        'variant a 50% { subject "A" }',
        'variant b 50% { subject "B" }',
    )
    assert apply(file, settings=SETTINGS).exit_code == 0
    messages = [message_from_bytes(path.read_bytes()) for path in (tmp_path / "out" / "new").iterdir()]
    assert len(messages) == 2
    for message in messages:
        token = message["Return-Path"].partition("+")[2].partition("@")[0]
        assert f"&t={token}>,\n <mailto:un@acme.example>" in message["List-Unsubscribe"]
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert (message["List-Id"], message["Feedback-ID"]) == ("<news.acme.example>", "spring:news::acme1")
        assert (message["Precedence"], message["Reply-To"]) == ("bulk", "help@acme.example")
    assert len({message["List-Unsubscribe"] for message in messages}) == 2


@pytest.mark.parametrize(
    ("setting", "code", "words"),
    [
        ('unsubscribe "acme.example"', "MG503", "no URL"),
        ('unsubscribe "http://acme.example" one_click', "MG503", "no https URL"),
        ('list_id "news"', "MG503", "not the name of a list"),
        ('feedback_id "a:b:c:d:e:f"', "MG503", "counted by"),
        ('unsubscribe "https://acme.example/{{ nme }}"', "MG501", "nme"),
        ('text "{{ unsubscribe_url }}"', "MG501", "unsubscribe_url"),
    ],
)
def test_mistakes_are_shown_where_they_are_made(tmp_path: Path, setting: str, code: str, words: str) -> None:
    file = written(tmp_path, setting)
    if setting.startswith("text"):
        file.write_text(file.read_text("utf-8").replace('text "Hello."\n', ""), "utf-8")
    (found,) = check(file, SETTINGS).diagnostics
    assert isinstance(found, Diagnostic)
    assert found.code == code
    assert words in found.message
    assert found.span
    assert found.span.source in setting

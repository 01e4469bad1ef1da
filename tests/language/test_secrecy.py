"""What stands in a file and should not have been written there is never shown a second time."""

import json
from pathlib import Path

import pytest

from mailgrid.language.compiler import compile_text
from mailgrid.language.frame import as_json, frame
from mailgrid.language.secrecy import masked, secrets
from mailgrid.language.text import Text
from tests.language.example_kinds import KINDS

CANARY = "hunter2canary"
#: Ways to write a secret into a block, each with a mistake of some kind.
WRONG = [
    'password "hunter2canary"',
    'password "x"\n password "hunter2canary"',
    'password secret("P")\n password "hunter2canary"',
    'pasword "hunter2canary"',
    'passwort "hunter2canary"',
    'Password "hunter2canary"',
    'passwd "hunter2canary"',
    'token "hunter2canary"',
    "password hunter2canary",
    "password 'hunter2canary'",
    "password “hunter2canary”",
    'password "hunter2canary',
    'password: "hunter2canary"',
    'password = "hunter2canary"',
    'password="hunter2canary"',
    'password "x" "hunter2canary"',
    'password ["x", "hunter2canary"]',
    'password [\n "x",\n hunter2canary"\n]',
    'password """\n hunter2canary\n """',
    'password """\n hunter2canary\n',
    'password secret("P", "hunter2canary")',
    'password env("P", "hunter2canary", "x")',
    'password secret("P") "hunter2canary"',
    'password secrt("hunter2canary")',
    'password "hunter2canary" where x = 1',
    'password "hunter2canary" {\n}',
    'hots "x" password "hunter2canary"',
    'host "x" password hunter2canary',
    'port "x"  # password "hunter2canary"',
    'host "x" } password "hunter2canary"',
    '`password` "hunter2canary"',
    "password @hunter2canary@",
    "password hunter2canary =",
    "password 10/hunter2canary",
]


def texts(content: str) -> str:
    """Return everything that is said about a file, for people and for programs."""
    compiled = compile_text(Text("a.mailgrid", content), KINDS, root=Path("/nonexistent"))
    assert len(compiled.diagnostics)
    return "\n".join(f"{frame(each)}\n{json.dumps(as_json(each))}" for each in compiled.diagnostics)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize(
    "block", ["transport smtp {{\n {}\n}}", "transport smtp {{ {} }}", "{}", "transport smtp {{\n {}"]
)
def test_a_secret_in_a_file_is_not_shown(wrong: str, block: str) -> None:
    content = "campaign a {\n" + block.format(wrong) + "\n}\n"
    assert CANARY in content
    assert CANARY not in texts(content)


def test_an_option_that_a_plugin_calls_secret_is_not_shown() -> None:
    text = Text("a.mailgrid", 'transport acme { licence_code "hunter2" }', secret_options=frozenset({"licence_code"}))
    assert masked(text, 0, len(text.content)) == "transport acme { licence_code *** }"


def test_the_password_of_a_url_is_not_shown() -> None:
    text = Text("a.mailgrid", 'source sql "postgresql://ann:hunter2@db.example:5432/people" { query "SELECT 1" }')
    assert masked(text, 0, 53) == 'source sql "postgresql://ann:***@db.example:5432/'
    assert secrets(Text("a.mailgrid", 'http "https://x.example:8443/a@b?c=d:e@f" { x "postgresql://ann@db/x" }')) == ()


@pytest.mark.parametrize(
    "content",
    [
        'password secret("SMTP_PASSWORD")',
        'password env("SMTP_PASSWORD")',
        'where token = "x" and password is empty',
        "where not secret in lapsed",
        'subject "Your password is ready"',
        'columns "token" "name"',
        "password",
        'host "localhost"',
    ],
)
def test_what_is_no_secret_is_shown(content: str) -> None:
    assert secrets(Text("a.mailgrid", content)) == ()


def test_only_the_part_that_is_asked_for() -> None:
    text = Text("a.mailgrid", 'password "one"\nhost "x"\npassword "two"')
    assert masked(text, 0, 5) == "passw"
    assert masked(text, 10, 12) == "***"
    assert masked(text, 3, len(text.content)) == 'sword ***\nhost "x"\npassword ***'

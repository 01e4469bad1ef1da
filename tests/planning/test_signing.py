"""What a file says of keys: each thing that is wrong with one is one diagnostic, and none repeats the key."""

from pathlib import Path

import pytest

from mailgrid.library.checking import check
from mailgrid.library.settings import Settings
from mailgrid.library.verbs import apply
from tests.message.keys import ed25519, pem, rsa

GOOD = 'dkim domain "acme.example" selector "mail" key "dkim.pem"'


def written(folder: Path, *settings: str, content: bytes | None = None, mode: int = 0o600) -> Path:
    (folder / "people.csv").write_text("email\nann@example.org\n", encoding="utf-8")
    if content is not None:
        (folder / "dkim.pem").write_bytes(content)
        (folder / "dkim.pem").chmod(mode)
    file = folder / "news.mailgrid"
    lines = [
        'source csv "people.csv"', 'from "Acme <news@acme.example>"', 'subject "News"', 'text "Hello."',
        'transport maildir "out"', *settings,
    ]  # fmt: skip
    file.write_text("\n".join(["campaign news {", *lines, "}", ""]), encoding="utf-8")
    return file


def codes(file: Path, **environment: str) -> list[tuple[str, str]]:
    found = check(file, Settings(environment=environment)).diagnostics
    return [(each.code, each.message) for each in found]


def test_what_is_sent_is_signed_by_each_in_order(tmp_path: Path) -> None:
    second = 'dkim domain "acme.example" selector "ed" key secret("DKIM_KEY")'
    file = written(tmp_path, GOOD, second, content=pem(rsa()))
    one_line = pem(ed25519()).decode().replace("\n", "\\n")
    assert apply(file, settings=Settings(environment={"DKIM_KEY": one_line})).exit_code == 0
    (sent,) = (tmp_path / "out" / "new").iterdir()
    algorithms = [line for line in sent.read_bytes().splitlines() if line.startswith(b"DKIM-Signature")]
    assert [b"rsa-sha256" in algorithms[0], b"ed25519-sha256" in algorithms[1]] == [True, True]


@pytest.mark.parametrize(
    ("content", "mode", "code"),
    [
        (b"-----BEGIN PRIVATE KEY-----\nsecretsecret\n-----END PRIVATE KEY-----", 0o600, "MG691"),
        (b"secretsecret", 0o600, "MG691"),
        (None, 0o600, "MG691"),
        (pem(rsa(1024)), 0o600, "W692"),
        (pem(rsa()), 0o644, "W693"),
    ],
)
def test_each_fault_is_one_diagnostic(tmp_path: Path, content: bytes | None, mode: int, code: str) -> None:
    found = codes(written(tmp_path, GOOD, content=content, mode=mode))
    assert [each[0] for each in found] == [code]
    assert "secretsecret" not in found[0][1]


@pytest.mark.parametrize(
    ("setting", "code", "words"),
    [
        ('dkim domain "acme" selector "mail" key "dkim.pem"', "MG691", "`acme` is not a domain"),
        ('dkim domain "acme.example" selector "a b" key "dkim.pem"', "MG691", "`a b` is not a selector"),
        ('dkim domain "acme.example; l=0" selector "mail" key "dkim.pem"', "MG691", "not a domain"),
        ('dkim domain "acme.example" selector "mail" key "../dkim.pem"', "MG402", "outside the project"),
        ('dkim domain "acme.example" selector "mail" key secret("DKIM_KEY")', "MG605", "DKIM_KEY"),
    ],
)
def test_each_mistake_is_one_diagnostic(tmp_path: Path, setting: str, code: str, words: str) -> None:
    ((found, message),) = codes(written(tmp_path, setting, content=pem(rsa())))
    assert found == code
    assert words in message


def test_a_secret_that_is_no_key_is_not_shown(tmp_path: Path) -> None:
    setting = 'dkim domain "acme.example" selector "mail" key secret("DKIM_KEY")'
    ((code, message),) = codes(written(tmp_path, setting), DKIM_KEY="hunter2hunter2")
    assert (code, "hunter2" in message, "DKIM_KEY" in message) == ("MG691", False, True)


def test_without_the_library_the_way_to_get_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "cryptography.hazmat.primitives.serialization", None)
    file = written(tmp_path, GOOD, content=pem(rsa()))
    assert [code for code, _ in codes(file)] == ["MG690"]

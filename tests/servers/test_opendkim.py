"""Signatures as OpenDKIM, which many servers ask, believes them; it is given the keys in a file in place of the DNS."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.message.keys import dns
from tests.message.letters import person
from tests.message.test_dkim import LETTERS

pytestmark = pytest.mark.skipif(
    shutil.which("opendkim") is None, reason="opendkim: not installed (tests/servers/install puts it there)"
)

NAMES = ["Fay", "Jürgen ✓", "a  b", "x" * 2000, "\u202eevil", "=?utf-8?q?a?=", ".", "From me", "{{ 7 * 7 }}"]


def answers(folder: Path, content: bytes) -> list[str]:
    """Return what OpenDKIM says of each signature: `pass`, `fail`, ..."""
    names = [f"{selector}._domainkey.example.com" for selector in ("rsa", "ed")]
    records = [(dns(name.encode()) or b"").decode() for name in names]
    (folder / "keys").write_text("".join(f"{name} {record}\n" for name, record in zip(names, records, strict=True)))
    (folder / "settings").write_text(
        f"Mode v\nTestDNSData file:{folder}/keys\nOn-BadSignature accept\nAlwaysAddARHeader yes\n"
    )
    (folder / "message.eml").write_bytes(content.replace(b"\r\n", b"\n"))  # it reads files as they lie on a disk
    command = ["opendkim", "-x", "settings", "-vvv", "-t", "message.eml"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return re.findall(r"^\s*dkim=(\w+)", ended.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_both_signatures_are_believed(tmp_path: Path, name: str) -> None:
    assert answers(tmp_path, LETTERS(person(name=name)).content) == ["pass", "pass"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Date: ", b"Date:  1"),
        (b"<p>", b"<q>"),
        (b"Subject: F", b"Subject: f"),
        (b"MIME-Version", b"Subject: another\r\nMIME-Version"),
        (b"List-Unsubscribe: <https", b"List-Unsubscribe: <http"),
    ],
)
def test_what_was_changed_on_the_way_is_not_believed(tmp_path: Path, before: bytes, after: bytes) -> None:
    content = LETTERS(person()).content
    assert content.count(before) >= 1
    assert "pass" not in answers(tmp_path, content.replace(before, after, 1))

"""The serialiser writes the same bytes on every Python that is here.

After a wanted change: `python -m tests.message.golden > tests/message/golden.eml`.
"""

import os
import subprocess
import sys
from email.utils import getaddresses
from pathlib import Path

import pluggy
import pytest
from fast_mail_parser import parse_email

from mailgrid.message.inspection import inspect
from tests.message import golden
from tests.message.letters import parsed

FILE = Path(golden.__file__).with_suffix(".eml")
ROOT = Path(golden.__file__).parent.parent.parent
#: Where pluggy is, which is Python alone and serves every one.
LIBRARIES = Path(pluggy.__file__).parent.parent


def pythons() -> list[str]:
    """Return this Python, and those of pyenv and of the path that can run it."""
    folders = [*Path.home().glob(".pyenv/versions/*/bin"), *map(Path, os.environ.get("PATH", "").split(os.pathsep))]
    found = [path for folder in folders if folder.name != "shims" for path in folder.glob("python3.1[1-9]")]
    others = {path.resolve() for path in found if os.access(path, os.X_OK)}
    return [sys.executable, *sorted(map(str, others - {Path(sys.executable).resolve()}))]


@pytest.mark.parametrize("python", pythons())
def test_every_python_writes_the_same_bytes(python: str) -> None:
    path = os.pathsep.join([str(ROOT), str(LIBRARIES)])
    environment = {"PYTHONPATH": path, "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    written = subprocess.run(
        [python, "-S", golden.__file__], env=environment, capture_output=True, check=True, timeout=60
    ).stdout
    assert written == FILE.read_bytes()


def test_two_other_programs_read_what_was_meant() -> None:
    content = FILE.read_bytes()
    assert inspect(content) == ()
    message = parsed(content)
    other = parse_email(content)
    assert message["Subject"] == other.subject == "\U0001f600 Hei\u00df, 30 % off \u2013 " + "\u65e5\u672c\u8a9e" * 20
    assert getaddresses([str(message["From"])]) == [("Grüße, Acme & Söhne", "news@example.com")]
    assert len(message["Cc"].addresses) == 9
    assert message["List-Id"] == "Café news <news.example.com>"

"""The examples of an essay, run where they say they stand.

A file that an essay names is written; an example without a name is the campaign `welcome` in `welcome.mailgrid`,
whose `defaults` say what every campaign has to say. Lines of a shell's example that begin with `$` are run.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from mailgrid.language.essay import Block, Essay
from mailgrid.library.checking import check
from mailgrid.library.settings import Settings
from mailgrid.testing.smtp_server import SmtpServer

PEOPLE = """\
email,first_name,country,plan,active,age,balance,joined
ann@example.org,Ann,FR,pro,yes,31,10,2026-01-31
bob@example.org,Bob,US,free,no,17,-5,2025-06-30
"""
AROUND = """\
defaults {
  source    csv "users.csv"
  from      "Ada <ada@acme.com>"
  subject   "Hello"
  text      "Hello"
  transport stdout
}

campaign welcome {
"""
_CODE = re.compile(r"\[((?:MG|W)\d{3})\]")


def said(essay: Essay, verdict: str, folder: Path) -> set[str]:
    """The codes that an essay's wrong, or right, example gives."""
    (folder / "users.csv").write_text(PEOPLE)
    blocks = [block for block in essay.blocks if block.verdict in {"", verdict}]
    for block in blocks:
        _write(block, folder)
    commands = [block for block in blocks if block.language == "sh"]
    if commands:
        with SmtpServer() as server:
            return set().union(*(_run(block.text, folder, server.port) for block in commands))
    checked = check(folder / "welcome.mailgrid", Settings(environment={}))
    return {diagnostic.code for diagnostic in checked.diagnostics}


def _write(block: Block, folder: Path) -> None:
    if block.name:
        path = folder / block.name
        path.parent.mkdir(exist_ok=True)
        path.write_text(block.text)
    elif block.language == "mailgrid":
        (folder / "welcome.mailgrid").write_text(f"{AROUND}{block.text}}}\n")


def _run(text: str, folder: Path, port: int) -> set[str]:
    """Run the commands of a shell; the codes are those that the last of them prints."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "SMTP_PORT": str(port)}
    codes: list[str] = []
    for line in text.splitlines():
        command = line.removeprefix("$ ")
        ended = subprocess.run(
            command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        codes = _CODE.findall(ended.stderr)
    return set(codes)

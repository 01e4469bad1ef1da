"""The extension for Visual Studio Code: what it says fits together, and it can be packed."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mailgrid import __version__
from mailgrid.language import highlight
from mailgrid.language.parser import terminals

FOLDER = Path(__file__).parent.parent.parent / "editors" / "vscode"


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


def test_it_names_files_that_are_there() -> None:
    package = read("package.json")
    (language,), (grammar,) = package["contributes"]["languages"], package["contributes"]["grammars"]
    for name in (package["main"], language["configuration"], grammar["path"], *package["files"]):
        assert (FOLDER / name).is_file(), name
    assert grammar["scopeName"] == highlight.textmate()["scopeName"] == read(grammar["path"])["scopeName"]
    assert [extension.removeprefix(".") for extension in language["extensions"]] == read(grammar["path"])["fileTypes"]
    assert package["version"] == __version__
    assert f"mailgrid-{package['version']}.vsix" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_it_starts_the_server() -> None:
    extension = (FOLDER / "extension.js").read_text(encoding="utf-8")
    modules = set(re.findall(r'require\("([^"]+)"\)', extension))
    assert modules == {"vscode", "vscode-languageclient/node"}
    assert "vscode-languageclient" in read("package.json")["dependencies"]
    assert "mailgrid.command" in read("package.json")["contributes"]["configuration"]["properties"]


def test_a_double_click_takes_a_whole_name() -> None:
    assert read("language-configuration.json")["wordPattern"] == dict(terminals())["NAME"]


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_node_reads_it() -> None:
    subprocess.run(["node", "--check", "extension.js"], cwd=FOLDER, check=True)


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed")
def test_npm_packs_it(tmp_path: Path) -> None:
    command = ["npm", "pack", "--dry-run", "--json", "--offline", "--ignore-scripts", f"--cache={tmp_path}"]
    ended = subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, text=True)
    (packed,) = json.loads(ended.stdout)
    assert {file["path"] for file in packed["files"]} == {"package.json", *read("package.json")["files"]}

"""The hooks for pre-commit that others use, run by pre-commit in a small repository."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml", reason="pyyaml is not installed")
pytest.importorskip("pre_commit", reason="pre-commit is not installed")

ROOT = Path(__file__).parent.parent
UGLY = """\
campaign a {
 source csv "people.csv"
 from "a@acme.example"
 subject "Hi"
 text "Hi"
 transport sandbox "out/"
}
"""


def hooks() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return found


def pre_commit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(folder),
        "PRE_COMMIT_HOME": str(folder / ".git" / "cache"),
    }
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose hooks are ours; the program itself is taken from where it is installed already."""
    local = [{**hook, "language": "system"} for hook in hooks()]
    config = {"repos": [{"repo": "local", "hooks": local}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (tmp_path / "people.csv").write_text("email\nann@mail.example\n", encoding="utf-8")
    (tmp_path / "a.mailgrid").write_text(UGLY, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("campaign {\n", encoding="utf-8")
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def test_the_manifest_is_valid(repository: Path) -> None:
    assert pre_commit(repository, "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")).returncode == 0
    assert {hook["language"] for hook in hooks()} == {"python"}


def test_fmt_changes_files_and_fails_once(repository: Path) -> None:
    first = pre_commit(repository, "run", "mailgrid-fmt", "--all-files")
    assert (first.returncode, "files were modified by this hook" in first.stdout) == (1, True), first.stdout
    assert '  source    csv "people.csv"\n' in (repository / "a.mailgrid").read_text(encoding="utf-8")
    second = pre_commit(repository, "run", "--all-files")
    assert second.returncode == 0, second.stdout
    assert second.stdout.count("Passed") == len(hooks())


def test_check_fails_on_a_mistake(repository: Path) -> None:
    (repository / "a.mailgrid").write_text(UGLY.replace("subject", "subjct"), encoding="utf-8")
    ended = pre_commit(repository, "run", "mailgrid-check", "--all-files")
    assert ended.returncode == 1
    assert "did you mean `subject`?" in ended.stdout

"""Plugins as strangers have them: built as wheels, installed in an environment beside ours, and used by a campaign."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from mailgrid.cli.new_plugin import write_plugin
from tests.docs.pages import ROOT, blocks
from tests.end_to_end.campaign_folder import Ended

PLUGINS = {"acme-people": "source", "acme-spool-folder": "transport", "acme-letter": "function"}
#: What the page shows has every other hook.
WHOLE = {block.file: block.text for block in blocks(ROOT / "docs" / "plugins.md") if block.file}
CAMPAIGN = """\
campaign letters {
  source acme_people "people.txt"
  where  acme_letter(name) in ("A", "B", "C")

  from      "Acme <hello@acme.example>"
  subject   "{{ greeting }}"
  text      "Your file is under {{ name | acme_letter }}."
  transport acme_spool_folder "out/"
  workers   1
}
"""
PEOPLE = "ann:ann@acme.example\nbob:bob@acme.example\ncleo:boss@acme.example\nzoe:zoe@acme.example\n"


def wheel(folder: Path, into: Path) -> Path:
    """Build a distribution with the backend that it names."""
    code = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, into], cwd=folder, check=True, capture_output=True)
    (built,) = into.glob(f"{folder.name.replace('-', '_')}-*.whl")
    return built


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of a new environment that sees ours, and has the wheels' contents beside it."""
    root = tmp_path_factory.mktemp("strangers")
    venv.create(root / "env", symlinks=True)
    packages = Path(sysconfig.get_path("purelib", "venv", vars={"base": str(root / "env")}))
    (packages / "ours.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n", "utf-8")
    for name, kind in PLUGINS.items():
        write_plugin(root / name, kind)
    (root / "acme-mail").mkdir()
    for file, text in WHOLE.items():
        (root / "acme-mail" / file).write_text(text, "utf-8")
    for name in (*PLUGINS, "acme-mail"):
        with zipfile.ZipFile(wheel(root / name, root)) as built:
            built.extractall(packages)  # which is what installing a wheel without scripts is
    return root / "env" / "bin" / "python"


def run(python: Path, folder: Path, *arguments: str) -> Ended:
    done = subprocess.run(
        [python, "-m", "mailgrid", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "mailgrid.toml").write_text(f"plugins = {[*PLUGINS, 'acme-mail']}\n", "utf-8")
    (tmp_path / "letters.mailgrid").write_text(CAMPAIGN, "utf-8")
    (tmp_path / "people.txt").write_text(PEOPLE, "utf-8")
    return tmp_path


def test_a_campaign_uses_all_that_a_plugin_can_be(environment: Path, project: Path) -> None:
    ended = run(environment, project, "apply", "letters.mailgrid")
    assert ended.code == 0, ended.err
    assert "      -1  skipped          reads no mail" in ended.out
    letters = "".join(path.read_text("utf-8") for path in (project / "out").glob("*.eml"))
    for line in ("Subject: Dear ann", "Subject: Dear bob", "Your file is under A.", "Your file is under B."):
        assert letters.count(line) == 1
    seen = run(environment, project, "acme-log")
    assert seen.out.splitlines() == [
        "letters: 2 to send through acme_spool_folder out/",
        "ann@acme.example: sent",
        "bob@acme.example: sent",
        "2 sent, 0 failed",
    ]


def test_what_is_installed_and_not_named_is_not_loaded(environment: Path, project: Path) -> None:
    (project / "mailgrid.toml").write_text('plugins = ["acme-people"]\n', "utf-8")
    rows = [line.split("\t") for line in run(environment, project, "plugins").out.splitlines()]
    assert {(row[2], row[4]) for row in rows if row[2].startswith("acme")} == {
        ("acme-people", "yes"),
        ("acme-spool-folder", "no"),
        ("acme-letter", "no"),
        ("acme-mail", "no"),
    }
    ended = run(environment, project, "apply", "letters.mailgrid")
    assert (ended.code, "acme_spool_folder" in ended.err) == (2, True)
    assert not (project / "out").exists()


def test_one_that_raises_when_it_is_imported_is_named_once_and_nothing_is_sent(
    environment: Path, project: Path
) -> None:
    (project / "acme_letter.py").write_text("raise RuntimeError('no licence')\n", "utf-8")  # found before the wheel's
    ended = run(environment, project, "apply", "letters.mailgrid")
    assert ended.code == 2
    assert ended.err.splitlines() == [
        "error[MG611]: the plugin `acme_letter` of `acme-letter` cannot be loaded: RuntimeError: no licence",
        "  = help: put it right, or take `acme-letter` out of `plugins` in mailgrid.toml",
    ]
    assert not (project / "out").exists()

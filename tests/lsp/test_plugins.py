"""Strangers' plugins: only those that the project names take part, and none can end the session."""

from pathlib import Path

import pytest

from tests.lsp.conftest import WELCOME
from tests.lsp.editor import Editor, edit

PLUGIN = """\
from mailgrid.hookspecs import SourceKind, hookimpl

print("a line that would break the protocol")


def fail(location, options, context):
    raise ValueError(f"cannot open {location}")


@hookimpl
def register_sources(register):
    register(SourceKind(name="strange", open=fail, help="fails"))
"""


@pytest.fixture
def folder(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    info = project / "site" / "stranger-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[mailgrid]\nstranger = stranger\n")
    (project / "site" / "stranger.py").write_text(PLUGIN)
    (project / "mailgrid.toml").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(project / "site"))
    return project


CONTENT = WELCOME.replace('csv "people.csv"', 'strange "ann:hush@db"')


def test_a_plugin_that_the_project_does_not_name_is_not_loaded(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", CONTENT)
        await editor.shows("welcome.mailgrid", "MG205")

    edit(folder, session)


@pytest.mark.parametrize("by_option", [True, False])
def test_a_source_that_raises_is_logged_and_the_session_goes_on(folder: Path, by_option: bool) -> None:
    if not by_option:
        (folder / "mailgrid.toml").write_text('plugins = ["stranger"]\n')

    async def session(editor: Editor) -> None:
        editor.open("welcome.mailgrid", CONTENT)
        await editor.logs("welcome.mailgrid cannot be checked: a plugin raised ValueError")
        editor.change("welcome.mailgrid", WELCOME.replace("subject ", "subjct "))
        await editor.shows("welcome.mailgrid", "MG201")

    edit(folder, session, *(("--plugin", "stranger") if by_option else ()))

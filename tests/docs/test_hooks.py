import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mailgrid import hookspecs, testing
from mailgrid.cli.run import run
from mailgrid.hookspecs import API_VERSION, OptionType, hook_names
from tests.docs.distribution import installed
from tests.docs.pages import page, table

PAGE = "docs/plugins.md"
HOOKS: dict[str, Callable[..., object]] = {name: getattr(hookspecs, name) for name in hook_names()}
PROJECT = """
[project]
name = "acme-all"
version = "1"
[project.entry-points.mailgrid]
acme_all = "acme_all"
"""
CAMPAIGN = """
campaign hello {
  source    csv "people.csv"
  from      "Ada <ada@acme.example>"
  subject   "Hello"
  text      "Hello."
  transport sandbox
}
"""


def signature(hook: Callable[..., object]) -> str:
    found = re.search(r"def (.+):\n", inspect.getsource(hook))
    assert found
    return found[1]


def test_each_hook_has_its_heading_with_the_exact_signature() -> None:
    headings = re.findall(r"^### `(\w+\(.+)`$", page(PAGE), re.MULTILINE)
    assert headings == [signature(hook) for hook in HOOKS.values()]


def test_each_hook_is_in_the_example() -> None:
    for name in HOOKS:
        assert f"@hookimpl\ndef {name}(" in page(PAGE), name


def test_the_version_of_the_api_is_told() -> None:
    assert f"version {API_VERSION}." in page(PAGE)


def test_everything_for_testing_is_told() -> None:
    assert [name for name in testing.__all__ if f"`{name}`" not in page(PAGE) and f" {name}" not in page(PAGE)] == []


def test_each_type_of_an_option_is_told() -> None:
    assert [row[0].strip("`") for row in table(PAGE, "type")] == [kind.name for kind in OptionType]


def test_each_hook_is_called_through_a_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["from mailgrid.hookspecs import hookimpl", "CALLS = []"]
    for name, hook in HOOKS.items():
        (argument,) = inspect.signature(hook).parameters
        lines += ["@hookimpl", f"def {name}({argument}):", f"    CALLS.append({name!r})"]
    (tmp_path / "acme_all.py").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "people.csv").write_text("email\nann@mail.example\n", encoding="utf-8")
    (tmp_path / "hello.mailgrid").write_text(CAMPAIGN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with installed(tmp_path, PROJECT):
        assert run(["apply", "hello.mailgrid", "--plugin", "acme-all"]) == 0
        assert run(["--plugin", "acme-all", "acme-nothing"]) == 2
        import acme_all  # type: ignore[import-not-found]  # written above

        assert set(acme_all.CALLS) == set(HOOKS)


def test_several_plugins_change_a_recipient_in_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = """
from dataclasses import replace
from mailgrid.hookspecs import hookimpl

@hookimpl
def recipient_selected(recipient):
    said = recipient.fields.get("said", "") + "{0}"
    return replace(recipient, fields={{**recipient.fields, "said": said}})
"""
    for letter in "ab":
        (tmp_path / f"acme_{letter}.py").write_text(module.format(letter), encoding="utf-8")
    (tmp_path / "people.csv").write_text("email\nann@mail.example\n", encoding="utf-8")
    campaign = CAMPAIGN.replace('"Hello."', '"Hello {{ said }}."').replace("sandbox", 'maildir "out/"')
    (tmp_path / "hello.mailgrid").write_text(campaign, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with installed(tmp_path, PROJECT.replace('acme_all = "acme_all"', 'a = "acme_a"\nb = "acme_b"')):
        assert run(["apply", "hello.mailgrid", "--plugin", "acme-all"]) == 0
    (message,) = (tmp_path / "out" / "new").iterdir()
    assert "Hello ab." in message.read_text(encoding="utf-8")


def test_a_plugin_that_fails_at_its_commands_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = "from mailgrid.hookspecs import hookimpl\n@hookimpl\ndef register_commands(group):\n    1 / 0\n"
    (tmp_path / "acme_all.py").write_text(module, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with installed(tmp_path, PROJECT):
        assert run(["--plugin", "acme-all", "acme-nothing"]) == 2
    assert "`register_commands` of the plugin `acme-all:acme_all` failed: ZeroDivisionError" in capsys.readouterr().err


def test_help_lists_the_commands_of_plugins_and_is_given_where_the_project_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = "from mailgrid.hookspecs import hookimpl\n@hookimpl\ndef register_commands(group):\n"
    module += "    group.command('acme-do', help='Do it.')(lambda: None)\n"
    (tmp_path / "acme_all.py").write_text(module, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with installed(tmp_path, PROJECT):
        (tmp_path / "mailgrid.toml").write_text('plugins = ["acme-all"]', encoding="utf-8")
        assert run(["--help"]) == 0
        assert "Commands of plugins:\n  acme-do  Do it." in capsys.readouterr().out
        (tmp_path / "mailgrid.toml").write_text("nonsense", encoding="utf-8")
        assert run(["--help"]) == 0
        assert "apply" in capsys.readouterr().out

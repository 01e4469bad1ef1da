import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mailgrid.errors import MailgridError, UsageError
from mailgrid.hookspecs import Context, SourceKind
from mailgrid.plugins import load

Install = Callable[..., None]

KIND = """
from mailgrid.hookspecs import SourceKind, hookimpl

@hookimpl
def register_sources(register):
    register(SourceKind(name="{name}", open={open}, help="a source"))
"""


def context(root: Path) -> Context:
    now = datetime(2026, 5, 4, tzinfo=UTC)
    return Context(folder=root, root=root, now=now, zone=UTC, resolve=Path, report=lambda _problem: None)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def distribution(name: str, group: str = "mailgrid", **modules: str) -> None:
        folder = tmp_path / f"{name.replace('-', '_')}-1.2.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
        entries = "\n".join(f"{module} = {module}" for module in modules)
        (folder / "entry_points.txt").write_text(f"[{group}]\n{entries}\n")
        for module, text in modules.items():
            (tmp_path / f"{module}.py").write_text(text)

    yield distribution
    for name in set(sys.modules) - before:
        if name.startswith("acme"):
            del sys.modules[name]


def kind(name: str = "acme", opening: str = "lambda location, options, context: (location, options)") -> str:
    return KIND.format(name=name, open=opening)


def test_the_built_in_ones_are_always_there() -> None:
    registry = load()
    assert {"csv"} <= registry.sources.keys()
    assert {"smtp", "sandbox"} <= registry.transports.keys()
    assert {plugin.distribution for plugin in registry.plugins} == {"mailgrid"}


def test_what_is_installed_is_not_imported_unless_it_is_named(install: Install, tmp_path: Path) -> None:
    install("acme-mail", acme_source=kind())
    assert "acme" not in load().sources
    assert "acme_source" not in sys.modules
    registry = load(["acme-mail"])
    assert "acme_source" in sys.modules
    opened: Any = registry.open_source("acme", "here", {"a": 1}, context(tmp_path))
    assert opened == ("here", {"a": 1})
    plugin = registry.plugins[-1]
    assert (plugin.name, plugin.distribution, plugin.version) == ("acme_source", "acme-mail", "1.2")


def test_a_distribution_may_be_named_twice_and_in_other_letters(install: Install) -> None:
    install("acme-mail", acme_source=kind())
    assert "acme" in load(["acme-mail", "Acme_Mail", "mailgrid"]).sources


@pytest.mark.parametrize(
    ("name", "hint"), [("acme-mial", "did you mean `acme-mail`?"), ("zzz", "install it, for instance: pip install zzz")]
)
def test_an_unknown_one_is_named_with_its_neighbour(install: Install, name: str, hint: str) -> None:
    install("acme-mail", acme_source=kind())
    with pytest.raises(UsageError, match=f"no plugin `{name}` is installed") as caught:
        load([name])
    assert caught.value.hint == hint


def test_no_name_at_all_is_an_error_too() -> None:
    with pytest.raises(UsageError, match="no plugin `` is installed"):
        load([""])


def test_a_distribution_without_a_plugin_is_named(install: Install) -> None:
    install("acme-mail", group="console_scripts", acme_source="")
    with pytest.raises(UsageError, match="`acme-mail` has no plugin"):
        load(["acme-mail"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import acme_nothing", "cannot be loaded: ModuleNotFoundError: No module named 'acme_nothing'"),
        ("1 / 0", "cannot be loaded: ZeroDivisionError"),
        ("(", "cannot be loaded: SyntaxError"),
        (kind().replace("(register)", "(registrar)"), "cannot be loaded: PluginValidationError"),
        (kind().replace("register_sources", "register_sauces"), "a hook that does not exist: .*register_sauces"),
        (kind().replace("name=", "nam="), "`register_sources` of the plugin `acme-mail:acme_source` failed: TypeError"),
        (kind("csv"), "two plugins register `csv`"),
    ],
)
def test_a_plugin_that_is_not_right_is_named(install: Install, text: str, words: str) -> None:
    install("acme-mail", acme_source=text)
    with pytest.raises(UsageError, match=words) as caught:
        load(["acme-mail"])
    assert caught.value.code == "MG611"


def test_an_opener_given_as_a_text_is_imported_when_it_is_first_used(install: Install, tmp_path: Path) -> None:
    opening = "def opened(location, options, context):\n    return location\n"
    install("acme-mail", acme_source=kind(opening='"acme_late:opened"'))
    registry = load(["acme-mail"])
    with pytest.raises(MailgridError, match="`acme` cannot be loaded: No module named 'acme_late'"):
        registry.open_source("acme", "x", {}, context(tmp_path))
    install("acme-late", acme_late=opening)
    opened: Any = registry.open_source("acme", "x", {}, context(tmp_path))
    assert opened == "x"


def test_an_opener_that_is_not_there_is_named(install: Install, tmp_path: Path) -> None:
    install("acme-mail", acme_source=kind(opening='"acme_source:missing"'))
    with pytest.raises(MailgridError, match=r"`acme` cannot be loaded: .*missing"):
        load(["acme-mail"]).open_source("acme", None, {}, context(tmp_path))


def test_functions_are_looked_up_by_name(install: Install) -> None:
    text = """
from mailgrid.hookspecs import FunctionKind, hookimpl

@hookimpl
def register_functions(register):
    register(FunctionKind(name="acme_score", call=len, help="a score"))
"""
    install("acme-mail", acme_functions=text)
    assert load(["acme-mail"]).function("acme_score")("abc") == 3


def test_a_hook_that_nobody_has_need_not_be_called(install: Install) -> None:
    registry = load()
    assert not registry.implements("outcome_recorded")
    assert registry.implements("register_sources")


def test_what_was_registered_cannot_be_changed() -> None:
    sources: Any = load().sources
    with pytest.raises(TypeError):
        sources["acme"] = SourceKind(name="acme", open=print, help="")

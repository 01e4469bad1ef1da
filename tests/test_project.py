from pathlib import Path

import pytest

from mailgrid.errors import SourceError, UsageError
from mailgrid.project import find


def write(folder: Path, text: str) -> Path:
    (folder / "mailgrid.toml").write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_the_folder_is_the_project(tmp_path: Path) -> None:
    project = find(tmp_path)
    assert (project.root, project.file, project.plugins) == (tmp_path.resolve(), None, ())


def test_the_nearest_file_above_counts(tmp_path: Path) -> None:
    write(tmp_path, 'ledger = "far"')
    near = tmp_path / "a"
    (near / "b").mkdir(parents=True)
    assert find(near / "b").ledger == "far"
    write(near, 'ledger = "near"')
    assert (find(near / "b").ledger, find(near / "b").root) == ("near", near.resolve())


def test_all_settings_are_read(tmp_path: Path) -> None:
    text = """
ledger = "sqlite:///led"
zone = "Europe/Paris"
plugins = ["acme-mail"]
folders = ["../lists"]
trust = ["token_command"]

[transport.default]
driver = "smtp"
host = "localhost"
"""
    project = find(write(tmp_path, text))
    assert (project.ledger, project.zone, project.plugins) == ("sqlite:///led", "Europe/Paris", ("acme-mail",))
    assert project.folders == ((tmp_path / "../lists").resolve(),)
    assert project.trust == ("token_command",)
    assert project.transports == {"default": {"driver": "smtp", "host": "localhost"}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plugin = []", "unknown setting `plugin`"),
        ("ledger = 5", "`ledger` in .* wants a text"),
        ('plugins = "acme"', "`plugins` in .* wants a list of texts"),
        ("trust = true", "`trust` in .* wants a list of texts"),
        ("plugins = [1]", "`plugins` in .* wants a list of texts"),
        ('transport = "smtp"', "`transport` in .* wants tables"),
        ("[transport]\ndefault = 1", r"\[transport.default\] in .* has no driver"),
        ("[transport.default]\nhost = 'x'", r"\[transport.default\] in .* has no driver"),
        ("[transport.default]\ndriver = 5", r"\[transport.default\] in .* has no driver"),
        ("ledger = ", "cannot be read"),
        ("a = " + "[" * 5000, "cannot be read"),
    ],
)
def test_what_this_version_does_not_know_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        find(write(tmp_path, text))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mailgrid.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="cannot be read"):
        find(tmp_path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "campaigns").mkdir(parents=True)
    (tmp_path / "lists").mkdir()
    (tmp_path / "project-2").mkdir()
    return write(root, 'folders = ["../lists"]')


@pytest.mark.parametrize("path", ["users.csv", "../users.csv", "./a/../b.csv", "not/there/yet.csv", "C:\\users.csv"])
def test_paths_inside_are_meant_from_the_campaign_s_folder(root: Path, path: str) -> None:
    assert find(root).resolve(root / "campaigns", path) == (root / "campaigns" / path).resolve()


def test_a_listed_folder_may_be_read(root: Path) -> None:
    project = find(root)
    lists = root.parent / "lists"
    assert project.resolve(root, "../lists/a.csv") == lists / "a.csv"
    assert project.resolve(root, str(lists / "a.csv")) == lists / "a.csv"


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "/proc/self/environ", "../project-2/a.csv", ".."])
def test_e4_paths_that_leave_the_project_are_refused(root: Path, path: str) -> None:
    with pytest.raises(SourceError, match="lies outside the project") as caught:
        find(root).resolve(root, path)
    assert (caught.value.code, "folders" in caught.value.hint) == ("MG402", True)


def test_a_home_is_not_looked_for(root: Path) -> None:
    with pytest.raises(SourceError, match="`~` stands for no folder"):
        find(root).resolve(root, "~/users.csv")
    assert find(root).resolve(root, "~users.csv") == root / "~users.csv"


def test_e4_links_are_followed_before_they_are_judged(root: Path) -> None:
    (root / "out").symlink_to(root.parent / "project-2")
    (root / "in").symlink_to(root / "campaigns")
    (root / "self").symlink_to(root / "self")
    project = find(root)
    assert project.resolve(root, "in/a.csv") == root / "campaigns" / "a.csv"
    with pytest.raises(SourceError, match="lies outside"):
        project.resolve(root, "out/a.csv")
    with pytest.raises(SourceError, match="is not a path"):
        project.resolve(root, "self")


@pytest.mark.parametrize(("path", "words"), [("", "empty"), ("a\0b", "not a path"), ("\ud800", "not a path")])
def test_what_is_no_path_is_refused(root: Path, path: str, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        find(root).resolve(root, path)
    str(caught.value).encode()


ENVIRONMENTS = """
ledger = "led"
zone = "Europe/Paris"

[transport.default]
driver = "smtp"

[transport.relay]
driver = "smtp"

[env.staging]
ledger = "staging-ledger"
redirect = "qa@acme.example"

[env.staging.transport.default]
driver = "maildir"

[env.production]
"""


def test_an_environment_is_laid_over_the_rest(tmp_path: Path) -> None:
    project = find(write(tmp_path, ENVIRONMENTS), "staging")
    assert (project.environment, project.ledger, project.redirect) == ("staging", "staging-ledger", "qa@acme.example")
    assert project.transports == {"default": {"driver": "maildir"}, "relay": {"driver": "smtp"}}
    assert project.own_transports == {"default"}
    assert project.zone == "Europe/Paris"


def test_an_environment_never_has_the_ledger_of_the_others(tmp_path: Path) -> None:
    write(tmp_path, ENVIRONMENTS)
    assert find(tmp_path, "production").ledger == ".mailgrid-production"
    assert (find(tmp_path).ledger, find(tmp_path).redirect) == ("led", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("env = 1", "`env` in .* wants tables"),
        ("[env]\nstaging = 1", r"\[env.staging\] in .* is no environment"),
        ("[env.'a b']", r"\[env.a b\] in .* is no environment"),
        ("[env.staging]\nzone = 'UTC'", "unknown setting `env.staging.zone`"),
        ("[env.staging]\nredirect = ['a@b.c']", "`env.staging.redirect` in .* wants a text"),
        ("[env.staging.transport.relay]\nhost = 'x'", r"\[env.staging.transport.relay\] in .* has no driver"),
        ("[env.other]", r"has no \[env.staging\]"),
        ("", r"has no \[env.staging\]"),
    ],
)
def test_an_environment_that_makes_no_sense_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        find(write(tmp_path, text), "staging")
    assert caught.value.code == "MG620"


def test_an_environment_needs_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no mailgrid"):
        find(tmp_path, "staging")

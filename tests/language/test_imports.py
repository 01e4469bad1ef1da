"""Imports: names come in from other files of the project, and from nowhere else."""

from pathlib import Path

import pytest

from mailgrid.language.builder import MAX_DEPTH
from mailgrid.language.compiler import Compiled, compile_file
from tests.language.compiling import REST, codes
from tests.language.example_kinds import KINDS

CAMPAIGN = f"campaign welcome {{\n{REST}}}\n"


def compile_in(root: Path, name: str = "main.mailgrid", **files: str) -> Compiled:
    for file, content in files.items():
        path = root / f"{file.replace('__', '/')}.mailgrid"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return compile_file(root / name, KINDS, root=root, name=name)


def test_names_come_in(tmp_path: Path) -> None:
    compiled = compile_in(
        tmp_path,
        main='import "shared/mail.mailgrid"\n'
        'campaign welcome { \nsource users\ntransport out\nfrom "a@b.c"\nsubject "x"\ntext "x"\nwhere in pro\n}\n',
        shared__mail='let brand = "Acme"\nsource users csv "../users.csv"\ntransport out stdout\n'
        'segment pro where plan = "pro"\ncampaign other { }\n',
    )
    assert codes(compiled) == []
    (found,) = compiled.campaigns
    assert (found.name, found.source.folder) == ("welcome", (tmp_path / "shared").resolve())
    assert list(found.segments) == ["pro"]
    assert list(found.lets) == ["brand"]
    assert [text.name for text in compiled.texts] == ["main.mailgrid", "shared/mail.mailgrid"]


def test_a_mistake_in_an_imported_file_is_shown_there(tmp_path: Path) -> None:
    compiled = compile_in(tmp_path, main='import "a.mailgrid"\n' + CAMPAIGN, a="transport out stdot\n")
    (diagnostic,) = compiled.diagnostics
    assert diagnostic.span
    assert diagnostic.span.place == "a.mailgrid:1:15"


def test_a_file_imported_twice_defines_its_names_once(tmp_path: Path) -> None:
    compiled = compile_in(
        tmp_path,
        main='import "a.mailgrid"\nimport "b.mailgrid"\n' + CAMPAIGN,
        a='import "c.mailgrid"\n',
        b='import "c.mailgrid"\n',
        c="let x = 1\n",
    )
    assert codes(compiled) == []
    assert list(compiled.campaigns[0].lets) == ["x"]


@pytest.mark.parametrize("defined", ["let x = 1", "segment x where a", "transport x stdout", 'source x csv "u.csv"'])
def test_a_name_that_two_files_define_is_a_clash(tmp_path: Path, defined: str) -> None:
    compiled = compile_in(tmp_path, main=f'import "a.mailgrid"\n{defined}\n{CAMPAIGN}', a=f"{defined}\n")
    (diagnostic,) = compiled.diagnostics
    assert diagnostic.code == "MG211"
    assert diagnostic.span
    assert diagnostic.span.text.name == "main.mailgrid"
    assert diagnostic.notes[0].span
    assert diagnostic.notes[0].span.text.name == "a.mailgrid"


def test_a_circle_is_drawn(tmp_path: Path) -> None:
    compiled = compile_in(
        tmp_path,
        main='import "a.mailgrid"\n',
        a='\nimport "b.mailgrid"\n',
        b='import "a.mailgrid"\n',
    )
    (diagnostic,) = compiled.diagnostics
    assert diagnostic.code == "MG207"
    assert diagnostic.help_line == "a.mailgrid:2 -> b.mailgrid:1 -> a.mailgrid"


def test_a_file_that_imports_itself(tmp_path: Path) -> None:
    assert codes(compile_in(tmp_path, main='import "main.mailgrid"\n')) == ["MG207"]


def test_a_long_chain_ends_with_a_diagnostic(tmp_path: Path) -> None:
    files = {f"f{number}": f'import "f{number + 1}.mailgrid"\n' for number in range(MAX_DEPTH + 50)}
    assert codes(compile_in(tmp_path, "f0.mailgrid", **files)) == ["MG118"]


def test_an_absent_file_names_the_nearest(tmp_path: Path) -> None:
    (diagnostic,) = compile_in(tmp_path, main='import "shared/mial.mailgrid"\n', shared__mail="").diagnostics
    assert (diagnostic.code, diagnostic.help_line) == ("MG222", "did you mean `shared/mail.mailgrid`?")


@pytest.mark.parametrize("written", ["", ".", "shared", "a\\u{0}b", "x" * 5000, "C:\\\\x.mailgrid"])
def test_what_is_no_file_is_a_diagnostic(tmp_path: Path, written: str) -> None:
    assert codes(compile_in(tmp_path, main=f'import "{written}"\n', shared__mail="")) == ["MG222"]


@pytest.mark.parametrize("written", ["../secret.mailgrid", "/etc/passwd", "shared/../../secret.mailgrid", "link"])
def test_no_import_leaves_the_project(tmp_path: Path, written: str) -> None:
    (tmp_path / "secret.mailgrid").write_text("let x = 1\n")
    root = tmp_path / "project"
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "secret.mailgrid")
    assert codes(compile_in(root, main=f'import "{written}"\n', shared__mail="")) == ["MG223"]


def test_a_root_behind_a_link_is_the_root_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert codes(compile_in(tmp_path / "link", main='import "a.mailgrid"\n', a="let x = 1\n")) == []


def test_defaults_of_an_import_yield_to_the_own_ones_setting_by_setting(tmp_path: Path) -> None:
    compiled = compile_in(
        tmp_path,
        main='import "a.mailgrid"\nimport "b.mailgrid"\n'
        'defaults {\nworkers 2\nbcc "own@a.b"\nwhere own\n}\n'
        f'campaign welcome {{\n{REST}\nbcc "mine@a.b"\nwhere mine\n}}\n',
        a='defaults {\nworkers 3\ntake 30\nbcc "a@a.b"\nwhere a\n}\n',
        b='defaults {\nworkers 4\ntake 40\nedition "b"\n}\n',
    )
    assert codes(compiled) == []
    (found,) = compiled.campaigns
    assert (found.workers, found.take) == (2, 30)
    assert found.edition
    assert [each.value for each in found.bcc] == ["a@a.b", "own@a.b", "mine@a.b"]
    assert found.where
    assert [part.span.source for part in getattr(found.where, "parts", ())] == ["a", "own", "mine"]

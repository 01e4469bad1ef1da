import shlex
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mailgrid.cli.run import run
from mailgrid.errors import SourceError
from mailgrid.testing import check_source
from tests.plugins.opening import open_kind


def opened(folder: Path, program: str, **options: Any) -> Any:
    (folder / "rows.py").write_text(program)
    return open_kind("sources.exec", f"{shlex.quote(sys.executable)} rows.py", root=folder, **options)


def rows(folder: Path, program: str, **options: Any) -> list[tuple[int, list[Any]]]:
    with closing(opened(folder, program, **options)) as source:
        names = [column.name for column in source.columns]
        return [(line, list(cells)) for line, cells in source.rows(names)]


def test_keeps_the_contract(tmp_path: Path) -> None:
    check_source(lambda: opened(tmp_path, "print('email,n\\nann@x,1\\nbob@x,2')"))


@pytest.mark.parametrize(
    "written, printed",
    [
        ("csv", 'email,n\n"ann@x",1\n'),
        ("tsv", "email\tn\nann@x\t1\n"),
        ("jsonl", '{"email": "ann@x", "n": "1"}\n'),
        ("json", '[{"email": "ann@x", "n": "1"}]'),
    ],
)
def test_what_it_prints(tmp_path: Path, written: str, printed: str) -> None:
    assert [cells for _, cells in rows(tmp_path, f"print({printed!r})", format=written)] == [["ann@x", "1"]]


def test_it_runs_in_the_folder_and_without_a_shell(tmp_path: Path) -> None:
    program = "import os, sys; print('email'); print(os.getcwd() == os.path.dirname(os.path.abspath(__file__)))"
    assert rows(tmp_path, program) == [(2, ["True"])]
    source = open_kind("sources.exec", f"{shlex.quote(sys.executable)} -c \"print('a b & $HOME')\"", root=tmp_path)
    with closing(source):
        assert [column.name for column in source.columns] == ["a b & $HOME"]


@pytest.mark.parametrize("many", [0, 100_000])
def test_rows_of_a_program_that_fails_are_not_enough(tmp_path: Path, many: int) -> None:
    program = f"import sys; print('email')\nfor n in range({many}): print('a@x')\nsys.exit('no more: bob@x.example')"
    with pytest.raises(SourceError) as caught:
        rows(tmp_path, program)
    assert caught.value.message.endswith("failed with exit status 1: no more: ***")


@pytest.mark.parametrize(
    "command, message",
    [
        ("no-such-program-here", "`no-such-program-here` cannot be run: No such file or directory"),
        ("'open", "`'open` cannot be read: No closing quotation"),
        ("", '`exec` wants a program, like `exec "python rows.py"`'),
        (f"{sys.executable} -c pass", "is empty"),
        (f"{sys.executable} -c 'import os; os.kill(os.getpid(), 9)'", "failed by signal 9"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, command: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        open_kind("sources.exec", command, root=tmp_path)
    assert message in caught.value.message


def test_a_program_that_nobody_reads_any_more_is_ended(tmp_path: Path) -> None:
    source = opened(tmp_path, "print('email', flush=True)\nwhile True: print('a@x')")
    assert next(iter(source.rows(["email"]))) == (2, ["a@x"])
    begun = time.monotonic()
    source.close()
    source.close()
    assert time.monotonic() - begun < 10


def test_nothing_is_run_without_trust(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows.py").write_text("open('ran', 'w'); print('email'); print('ann@mail.example')")
    settings = 'from "a@acme.example"\n subject "x"\n text "y"\n transport stdout'
    (tmp_path / "a.mailgrid").write_text(f'campaign a {{\n source exec "{sys.executable} rows.py"\n {settings}\n }}\n')
    for command in ("check", "plan", "columns", "rows", "apply"):
        assert run([command, "a.mailgrid"]) == 2
        assert "MG624" in capsys.readouterr().err
    assert not (tmp_path / "ran").exists()
    assert run(["apply", "a.mailgrid", "--trust", "exec"]) == 0
    assert "To: ann@mail.example" in capsys.readouterr().out

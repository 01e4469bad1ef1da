"""Whatever a file is, `check` says one thing about it, quickly, and ends with 2."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


def big(path: Path) -> None:
    path.write_bytes(b"campaign welcome {\n" + b"  # a line of a very long file\n" * 330_000)


def nested(path: Path) -> None:
    path.write_text("segment deep where " + "(" * 10_000 + "active" + ")" * 10_000 + "\n")


def blocks(path: Path) -> None:
    path.write_text("campaign deep {\n" * 10_000 + "}\n" * 10_000)


def lists(path: Path) -> None:
    path.write_text("let deep = " + "[" * 10_000 + "1" + "]" * 10_000 + "\n")


def nuls(path: Path) -> None:
    path.write_bytes(b"\0" * 100_000)


def binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 400)


def circle(path: Path) -> None:
    path.write_text('import "b.mailgrid"\n')
    path.with_name("b.mailgrid").write_text('import "c.mailgrid"\n')
    path.with_name("c.mailgrid").write_text(f'import "{path.name}"\n')


def folder(path: Path) -> None:
    path.mkdir()


def dangling(path: Path) -> None:
    path.symlink_to("nothing.mailgrid")


def own_link(path: Path) -> None:
    path.symlink_to(path.name)


def pipe(path: Path) -> None:
    os.mkfifo(path)


def imported_pipe(path: Path) -> None:
    os.mkfifo(path.with_name("pipe"))
    path.write_text('import "pipe"\n')


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def absent(_path: Path) -> None:
    """There is no file at all."""


CASES: list[tuple[Callable[[Path], None], str]] = [
    (big, "MG120"),
    (nested, "MG118"),
    (lists, "MG118"),
    (circle, "MG207"),
    (folder, "MG122"),
    (dangling, "MG122"),
    (own_link, "MG122"),
    (pipe, "MG122"),
    (imported_pipe, "MG222"),
    (device, "MG122"),
    (absent, "MG122"),
    (binary, "MG122"),
    (nuls, "MG122"),
]


def check(path: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "mailgrid", "check", path.name]
    return subprocess.run(
        command,
        cwd=path.parent,
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize(("make", "code"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_one_thing_is_said(tmp_path: Path, make: Callable[[Path], None], code: str) -> None:
    make(tmp_path / "a.mailgrid")
    ended = check(tmp_path / "a.mailgrid")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"error[{code}]: ")
    assert ended.stderr.count("error[") == 1
    assert len(ended.stderr) < 3000


def test_what_looks_like_many_mistakes_ends_soon(tmp_path: Path) -> None:
    blocks(tmp_path / "a.mailgrid")
    ended = check(tmp_path / "a.mailgrid")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("error[") <= 101


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.mailgrid").write_text("let a = 1\n")
    (tmp_path / "a.mailgrid").chmod(0)
    ended = check(tmp_path / "a.mailgrid")
    assert (ended.returncode, ended.stderr.count("error[MG122]")) == (2, 1)

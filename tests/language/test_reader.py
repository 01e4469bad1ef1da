"""Reading a file: UTF-8 with either line end, and a diagnostic for everything else."""

import os
from pathlib import Path

import pytest

from mailgrid.language.diagnostics import Diagnostic, Diagnostics
from mailgrid.language.reader import MAX_OCTETS, Reader


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"\xef\xbb\xbflet x = 1\r\n")
    text = Reader(Diagnostics(), frozenset(), {})(path, "a")
    assert text
    assert (text.content, text.name, text.path) == ("let x = 1\r\n", "a", path)


def only(path: Path) -> Diagnostic:
    diagnostics = Diagnostics()
    assert Reader(diagnostics, frozenset(), {})(path, "a") is None
    (found,) = diagnostics
    return found


def test_a_byte_that_is_not_utf_8_has_a_place(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("é\nné".encode() + b"\xe9\n")
    found = only(tmp_path / "a")
    assert (found.code, found.span and found.span.place, found.facts["found"]) == ("MG121", "a:2:3", "0xE9")


@pytest.mark.parametrize("name", ["absent", ".", "a\0b", "pipe", "dangling", "circle"])
def test_what_cannot_be_opened(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("absent")
    (tmp_path / "circle").symlink_to("circle")
    assert only(tmp_path / name).code == "MG122"


def test_a_file_that_is_much_too_long_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as file:
        file.truncate(MAX_OCTETS + 1)
    assert only(tmp_path / "a").code == "MG120"


def test_a_text_that_is_not_saved_is_read_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("let x = 1\n")
    (tmp_path / "link").symlink_to("a")
    text = Reader(Diagnostics(), frozenset(), {(tmp_path / "a").resolve(): "let y = 2\n"})(tmp_path / "link", "a")
    assert text
    assert text.content == "let y = 2\n"

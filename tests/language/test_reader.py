"""Reading a file: UTF-8 with either line end, and a diagnostic for everything else."""

from pathlib import Path

import pytest

from mailgrid.language.diagnostics import Diagnostic, Diagnostics
from mailgrid.language.reader import MAX_OCTETS, read


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"\xef\xbb\xbflet x = 1\r\n")
    text = read(path, "a", Diagnostics())
    assert text
    assert (text.content, text.name, text.path) == ("let x = 1\r\n", "a", path)


def only(path: Path) -> Diagnostic:
    diagnostics = Diagnostics()
    assert read(path, "a", diagnostics) is None
    (found,) = diagnostics
    return found


def test_a_byte_that_is_not_utf_8_has_a_place(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("é\nné".encode() + b"\xe9\n")
    found = only(tmp_path / "a")
    assert (found.code, found.span and found.span.place, found.facts["found"]) == ("MG121", "a:2:3", "0xE9")


@pytest.mark.parametrize("name", ["absent", ".", "a\0b"])
def test_what_cannot_be_opened(tmp_path: Path, name: str) -> None:
    assert only(tmp_path / name).code == "MG122"


def test_a_file_that_is_much_too_long_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as file:
        file.truncate(MAX_OCTETS + 1)
    assert only(tmp_path / "a").code == "MG120"

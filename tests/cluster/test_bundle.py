import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.cluster.bundle import LARGEST, Bundle, digest_of
from mailgrid.errors import MailgridError

FILES = {"a.mailgrid": b"campaign a {}", "t/b.html": b"<p>\xc3\xa9</p>", "mailgrid.toml": b""}


def packed(files: dict[str, bytes], file: str = "a.mailgrid", **extra: object) -> bytes:
    encoded = {name: b64encode(content).decode() for name, content in files.items()}
    return json.dumps({"format": 1, "file": file, "files": encoded, **extra}).encode()


def test_what_was_packed_is_unpacked() -> None:
    content = Bundle("a.mailgrid", FILES).pack()
    assert Bundle.unpacked(content, digest_of(content)) == Bundle("a.mailgrid", FILES)


def test_the_same_files_give_the_same_bytes_in_whatever_order_they_come() -> None:
    one = Bundle("a.mailgrid", FILES).pack()
    other = Bundle("a.mailgrid", dict(reversed(FILES.items()))).pack()
    assert one == other
    assert digest_of(one) == sha256(one).hexdigest()


def test_one_changed_bit_is_refused() -> None:
    content = bytearray(Bundle("a.mailgrid", FILES).pack())
    digest = digest_of(bytes(content))
    content[-3] ^= 1
    with pytest.raises(MailgridError, match="not those that the digest names"):
        Bundle.unpacked(bytes(content), digest)


@pytest.mark.parametrize(
    "name",
    [
        "../x", "a/../../x", "/etc/passwd", "C:\\x", "C:/x", "a\\b", "a\0b", "", "a//b", "./a", "a/.", "..", "a/ ",
        " ../x",
    ],
)  # fmt: skip
def test_no_path_leads_out(name: str, tmp_path: Path) -> None:
    content = packed({"a.mailgrid": b"", name: b"x"})
    with pytest.raises(MailgridError, match="is no path"):
        Bundle.unpacked(content, digest_of(content))
    with pytest.raises(MailgridError, match="is no path"):
        Bundle("a.mailgrid", {name: b"x"}).pack()


@settings(max_examples=60, deadline=None)
@given(name=st.text(max_size=20))
def test_what_is_written_lies_in_the_folder(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("bundle")
    content = packed({"a.mailgrid": b"", name: b"x"})
    try:
        Bundle.unpacked(content, digest_of(content)).write(folder)
    except (MailgridError, OSError, UnicodeEncodeError):
        return
    assert all(file.resolve().is_relative_to(folder.resolve()) for file in folder.rglob("*"))
    assert (folder / name).is_file()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"no json", "cannot be read"),
        (b"[]", "cannot be read"),
        (b"{}", "cannot be read"),
        (packed(FILES, format=2), "format is 2"),
        (packed(FILES, file="b.mailgrid"), "does not hold the campaign file"),
        (json.dumps({"format": 1, "file": "a", "files": {"a": "§"}}).encode(), "cannot be read"),
    ],
)
def test_what_is_no_bundle_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(MailgridError, match=why):
        Bundle.unpacked(content, digest_of(content))


def test_a_bundle_has_a_largest_size() -> None:
    large = {"a.mailgrid": bytes(LARGEST)}
    with pytest.raises(MailgridError, match="a bundle holds") as raised:
        Bundle("a.mailgrid", large).pack()
    assert "33,554,432" in raised.value.message
    with pytest.raises(MailgridError, match="are the most"):
        Bundle.unpacked(bytes(LARGEST + 1), "")


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    file = Bundle("t/a.mailgrid", {"t/a.mailgrid": b"x"}).write(tmp_path)
    assert file.read_bytes() == b"x"
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0

import pytest

from mailgrid.errors import TemplateError
from mailgrid.message.media import media_type
from tests.message.files import PDF, PNG

JPEG = b"\xff\xd8\xff\xe0" + bytes(20)


@pytest.mark.parametrize(
    "name, octets, media",
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.bin", PDF, "application/pdf"),
        ("a.png", PNG, "image/png"),
        ("a.png", JPEG, "image/jpeg"),
        ("a.gif", b"GIF89a....", "image/gif"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        ("a.svg", b'<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="..."/>', "image/svg+xml"),
        ("a.docx", b"PK\x03\x04....", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.zip", b"PK\x03\x04....", "application/zip"),
        ("a.tar.gz", b"\x1f\x8b....", "application/gzip"),
        ("a.csv", "größe;1\n".encode(), "text/csv; charset=utf-8"),
        ("a.txt", "größe".encode("latin-1"), "application/octet-stream"),
        ("a.ics", b"BEGIN:VCALENDAR\r\n", "text/calendar; charset=utf-8"),
        ("a.eml", b"Subject: x\r\n\r\n", "application/octet-stream"),
        ("a.heic", b"....ftypheic", "image/heic"),
        ("a", b"anything", "application/octet-stream"),
        ("a.txt", b"", "text/plain; charset=utf-8"),
    ],
)
def test_content_and_name_say_what_it_is(name: str, octets: bytes, media: str) -> None:
    assert media_type(name, octets) == media


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.JPEG", "a.gif", "a.webp", "a.svg", "a.bmp"])
@pytest.mark.parametrize("octets", [b"", b"<html>", PDF[1:]])
def test_what_is_named_like_a_picture_has_to_be_one(name: str, octets: bytes) -> None:
    with pytest.raises(TemplateError, match="is not the picture"):
        media_type(name, octets)

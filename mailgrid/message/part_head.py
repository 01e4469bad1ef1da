"""The headers of a part that is a file or a picture (RFC 2183, RFC 2392)."""

from functools import lru_cache
from pathlib import PurePosixPath

from mailgrid.errors import TemplateError
from mailgrid.message.headers import one_line
from mailgrid.message.parameters import fallback, filename
from mailgrid.message.template import Template

__all__ = ["part_head", "shown_name"]

#: What a file's name may have (that is what file systems take).
_LONGEST = 255


def shown_name(template: Template | None, names: dict[str, object], own: str, written: str) -> str:
    """Return the name of a file as readers see it, without folders.

    Args:
        template: what the campaign says about it; None for nothing.
        names: what the template sees.
        own: the file's own name.
        written: how the campaign names the file, for messages.

    Raises:
        TemplateError: it is too long, or deceives.
    """
    name = one_line(template(names), template.name) if template else ""
    name = PurePosixPath(name.replace("\\", "/")).name or own
    if len(name) > _LONGEST or not name.isprintable():
        reason = "is too long" if name.isprintable() else "holds a character that nobody sees"
        raise TemplateError(f"the name of `{written}` {reason}", template=f"attach {written}")
    return name


@lru_cache(maxsize=64)
def part_head(media: str, name: str, cid: str = "") -> bytes:
    """Return the headers of a part in base64, and the empty line; `cid` is what HTML shows a picture by."""
    return b"Content-Type: %b%b\r\nContent-Transfer-Encoding: base64\r\n%bContent-Disposition: %b;%b\r\n\r\n" % (
        media.encode(),
        fallback(name),
        f"Content-ID: <{cid}>\r\n".encode() if cid else b"",
        b"inline" if cid else b"attachment",
        filename(name),
    )

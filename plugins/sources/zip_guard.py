"""A workbook looked at before anybody unpacks it: a few kilobytes may be made to fill the memory."""

import zlib
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from mailgrid.errors import SourceError

from .sheet_extent import Extent, OdsExtent, XlsxExtent

__all__ = ["check_workbook"]

#: No workbook has more parts.
_PARTS = 10_000
#: Text in sheets packs to a twentieth; nothing that people write packs to a hundredth, once there is much of it.
_RATIO = 100
_MUCH = 16 * 1024 * 1024
_CHUNK = 1 << 18
#: A cell with something in it takes no less in the file, in bytes; in memory it takes some more.
_CELL = 16
#: The part of an ods file that has the sheets.
_ODS = "content.xml"
#: More than any part may have: what a part says about its own size is not believed.
_ENDLESS = 1 << 62


def check_workbook(path: Path, limit: int, name: str) -> None:
    """Unpack a file without keeping any of it.

    Args:
        path: the file.
        limit: how many bytes it may unpack to; and a sheet may have room for as many cells as could be that large.
        name: how messages call it.

    Raises:
        SourceError: it is no zip file, is damaged, or becomes too large.
    """
    try:
        with ZipFile(path) as packed:
            parts = packed.infolist()
            if len(parts) > _PARTS:
                raise SourceError(f"has {len(parts):,} parts, more than any workbook", file=name)
            cells = limit // _CELL
            for part in parts:
                extents = (XlsxExtent(), OdsExtent()) if part.filename == _ODS else (XlsxExtent(),)
                limit -= _size(packed, part, limit, extents, name)
                if (most := max(extent.cells for extent in extents)) > cells:
                    hint = "delete what stands alone far below the rows, or far to the right of them"
                    raise SourceError(f"a sheet reaches over {most:,} cells", hint=hint, file=name)
    except FileNotFoundError:
        raise SourceError("there is no such file", file=name) from None
    except (OSError, BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        reason = "it has a password" if isinstance(error, RuntimeError) else str(error)
        raise SourceError(f"is no workbook: {reason}", file=name) from None


def _size(packed: ZipFile, part: ZipInfo, limit: int, extents: Sequence[Extent], name: str) -> int:
    """Return how large a part is, and show it to `extents`."""
    size, packed_size = 0, max(1, part.compress_size)
    part.file_size = _ENDLESS
    with packed.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            for extent in extents:
                extent.read(chunk)
            if size > limit or (size > _MUCH and size > packed_size * _RATIO):
                hint = "this is what somebody does who wants to fill the memory; if not, raise `max_size`"
                hint = hint if size > limit else "save it again with the program that made it"
                raise SourceError(
                    f"becomes far larger than it is when it is unpacked: {size:,} bytes", hint=hint, file=name
                )
    return size

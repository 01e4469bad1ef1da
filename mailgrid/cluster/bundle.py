"""Bundle: the files that a campaign's messages are made of, as bytes that are known by their digest.

    {"file": "welcome.mailgrid", "files": {"mailgrid.toml": "…base64…", …}, "format": 1}

JSON without blanks, names in order: the same files give the same bytes, and the same bytes the same SHA-256. There is
no code in it, and nothing that is run by being read.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath

from mailgrid.errors import MailgridError
from mailgrid.value import value

__all__ = ["LARGEST", "Bundle", "checked", "digest_of"]

_FORMAT = 1
#: In octets, packed. A database is no place for films.
LARGEST = 32 * 1024 * 1024


@value
class Bundle:
    """Files by their paths, with `/`, and which of them is the campaign file."""

    file: str
    files: Mapping[str, bytes]

    def pack(self) -> bytes:
        """Return it as bytes, the same for the same files.

        Raises:
            MailgridError: it is too large, or a path is none that can be unpacked anywhere.
        """
        for name in self.files:
            checked(name)
        document = {
            "format": _FORMAT,
            "file": self.file,
            "files": {name: b64encode(content).decode() for name, content in self.files.items()},
        }
        packed = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
        if len(packed) > LARGEST:
            raise MailgridError(
                f"the campaign's files take {len(packed):,} bytes packed, and a bundle holds {LARGEST:,}",
                hint="make pictures and attachments smaller, or put them on a web server and link to them",
            )
        return packed

    @classmethod
    def unpacked(cls, packed: bytes, digest: str) -> "Bundle":
        """Return the bundle that bytes hold, once it is certain that they are those that are meant.

        Args:
            packed: the bytes, from wherever.
            digest: their SHA-256 in hex, as the task names it.

        Raises:
            MailgridError: they are others, too many, or no bundle.
        """
        if len(packed) > LARGEST:
            raise _broken(f"it holds {len(packed):,} bytes, and {LARGEST:,} are the most")
        if digest_of(packed) != digest:
            raise _broken("its bytes are not those that the digest names")
        try:
            document = json.loads(packed)
            if document["format"] != _FORMAT:
                raise _broken(f"its format is {document['format']}, and this version knows {_FORMAT}")
            files = {str(name): b64decode(content, validate=True) for name, content in document["files"].items()}
            bundle = cls(str(document["file"]), files)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _broken(f"it cannot be read ({type(error).__name__})") from None
        for name in files:
            checked(name)
        if bundle.file not in files:
            raise _broken("it does not hold the campaign file that it names")
        return bundle

    def write(self, folder: Path) -> Path:
        """Write the files below an empty folder, for this user alone, and return the campaign file's path."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # In a new folder of our own nothing can be in the way; whatever is, is not followed and not overwritten.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
        return folder / self.file


def digest_of(packed: bytes) -> str:
    """Return the name of a bundle: the SHA-256 of its bytes, in hex."""
    return sha256(packed).hexdigest()


def checked(name: str) -> str:
    """Return the name of a file.

    Raises:
        MailgridError: it is a path that would lead out of the folder that it is unpacked in, on whatever system.
    """
    parts = name.split("/")
    odd = any(part in {"", ".", ".."} or part != part.strip() for part in parts)
    if odd or PurePosixPath(name).is_absolute() or any(sign in name for sign in '\\:\0*?"<>|'):
        raise _broken(f"`{name!r}` is no path for a file in it")
    return name


def _broken(reason: str) -> MailgridError:
    return MailgridError(
        f"a bundle cannot be used: {reason}", hint="apply the campaign again, with the same version everywhere"
    )

"""The parser's tables: made from the grammar once, when the package is built, and read at each start.

Making them takes 65 ms, and half a second where `interegular` is installed, because lark then compares all terminals
with each other; reading them takes 6 ms. They are keyed by lark's version and the grammar's text: where either has
changed since, as after an edit of the grammar, they are made in memory and nothing is written.
"""

import hashlib
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import lark

__all__ = ["grammar", "make", "read", "write"]

_TABLES = "mailgrid.tables"
#: Installed it may lie in a zip file; while the package is built there is no package yet, only a folder.
_FOLDER = files(__package__) if __package__ else Path(__file__).parent


def grammar() -> str:
    """Return the grammar, as lark reads it."""
    return _FOLDER.joinpath("mailgrid.lark").read_text("utf-8")


def read() -> lark.Lark:
    """Return the parser out of the tables on disk, or made anew where they are missing or those of another grammar."""
    try:
        with _FOLDER.joinpath(_TABLES).open("rb") as file:
            if file.readline() == _key():
                return lark.Lark.load(file)
    except OSError:  # never built: a source tree on the path
        pass
    return make()


def make(*, strict: bool = False) -> lark.Lark:
    """Return the parser, made from the grammar. `strict` refuses terminals that can match the same text."""
    return lark.Lark(
        grammar(),
        parser="lalr",
        lexer="basic",
        propagate_positions=True,
        maybe_placeholders=False,
        strict=strict,
    )


def write() -> None:
    """Put the tables beside the grammar. Called by the build alone."""
    with Path(__file__).with_name(_TABLES).open("wb") as file:
        file.write(_key())
        make().save(file)


def _key() -> bytes:
    """Return the line that begins the file: which lark made the tables, of which grammar."""
    return f"{version('lark')} {hashlib.sha256(grammar().encode()).hexdigest()}\n".encode()

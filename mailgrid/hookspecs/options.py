"""What a kind can be set: its options, its location, and what it may know of the campaign that opens it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum
from pathlib import Path

__all__ = ["Context", "Location", "Option", "OptionType", "Problem", "Secret"]

#: Shorter secrets are found where nobody means them: they are words, and pieces of words.
_SHORT = 4
#: Where a text names something: whole in quotes, or as a value.
_NAMED = r"""(?<=["'`<]){0}(?=["'`>])|(?<==){0}(?!\w)"""


class Secret:
    """A text that never shows itself: its `str` and `repr` are masked; `reveal()` is for the moment of use."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def conceal_in(self, text: str) -> str:
        """Return a text, of a server or a library for instance, with `***` in place of this one.

        One that is as short as a word like `a` counts only where a text would name it, in quotes or behind `=`: each
        article behind a mask would hide what the text says, and tell the secret.
        """
        if len(self._text) >= _SHORT:
            return text.replace(self._text, "***")
        return re.sub(_NAMED.format(re.escape(self._text)), "***", text) if self._text.strip() else text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"


class OptionType(Enum):
    """How an option is written in a campaign file, and what `open` gets for it."""

    TEXT = "text"  #: `host "localhost"` → str
    WORD = "word"  #: `tls starttls` → str, one of the option's `choices`
    INTEGER = "integer"  #: `port 587` → int
    NUMBER = "number"  #: `ratio 0.5` → decimal.Decimal
    FLAG = "flag"  #: `strict true`, or `strict` alone → bool
    DURATION = "duration"  #: `timeout 30s` → datetime.timedelta
    SIZE = "size"  #: `max_size 25MB` → int, bytes
    SECRET = "secret"  #: `password secret("NAME")` → Secret; a literal is refused
    PATH = "path"  #: `ca "ca.pem"` → pathlib.Path, inside the project
    LIST = "list"  #: `columns "email" "name"` → tuple of str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One setting that a kind takes in its `{ }`.

    `choices` are bare words that are allowed besides the type's own form (the only ones for `WORD`), `unit` a word
    that must follow the value, like `messages` in `reuse 100 messages`. Where it is not written, `default` is taken.
    One with `trust` reaches outside, by running a program for instance: a campaign file may use it only where
    `mailgrid.toml` or `--trust` names it. One with `clause` may also stand behind the driver's name, with its value.
    """

    name: str
    type: OptionType
    help: str
    default: object = None
    required: bool = False
    choices: tuple[str, ...] = ()
    unit: str = ""
    trust: bool = False
    clause: bool = False


class Location(Enum):
    """What the text after a driver's name means."""

    NONE = "none"  #: the driver takes none
    FILE = "file"  #: a file inside the project; `-` is standard input
    FOLDER = "folder"  #: a folder inside the project
    TEXT = "text"  #: a text that the driver understands, a URL for instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with a row: `kind` groups (`short row`), `line` is 1-based, `dropped` rows are left out."""

    kind: str
    line: int
    text: str
    dropped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a kind may know about the campaign that opens it.

    `folder` is the campaign file's folder, `root` the project's; `now` and `zone` are fixed once per plan. `resolve`
    turns a path of the campaign into one on disk and refuses what leaves the project (SourceError). `report` takes a
    Problem; the plan counts and shows them. `allow_hosts` are those of `mailgrid.toml`: `host`, `host:port`, or
    `.domain` for all below; no other may be asked at an address that is not public.
    """

    folder: Path
    root: Path
    now: datetime
    zone: tzinfo
    resolve: Callable[[str], Path]
    report: Callable[[Problem], None]
    allow_hosts: tuple[str, ...] = ()

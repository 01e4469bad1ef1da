"""Runs what a page shows: the files that it names are written, its commands run, their words compared with its own."""

import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path

from mailgrid.cli.run import run
from tests.docs.pages import Block, blocks

__all__ = ["Command", "commands", "fits", "normal", "play"]

#: What differs from run to run: moments, names of stored files, ports, how long it took.
_VARYING = [
    (re.compile(r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}"), "DATE"),
    (re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z"), "MOMENT"),
    (re.compile(r"\b\d{1,2} [A-Z][a-z]{2} \d{4}( \d{2}:\d{2}:\d{2})?"), "DAY"),
    (re.compile(r"stored as \S+"), "stored as FILE"),
    (re.compile(r"queued as \S+"), "queued as NUMBER"),
    (re.compile(r"localhost:\d+"), "localhost:PORT"),
    (re.compile(r"\bin \d+:\d{2}\b"), "in TIME"),
    (re.compile(r'"(seconds|per_second)": [\d.]+'), r'"\1": NUMBER'),
    (re.compile(r" {2,}"), "  "),
]


class _Terminal(TextIOWrapper):
    """A stream that people read: tables are aligned."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Command:
    """A line that begins with `$ `, and what the page says that it prints."""

    words: tuple[str, ...]
    printed: str


def commands(block: Block) -> Iterator[Command]:
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, _, printed = part.partition("\n")
        yield Command(tuple(shlex.split(line)), printed)


def normal(text: str) -> str:
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def fits(said: str, happened: str) -> bool:
    """Whether that is what happened; `...` stands for the rest of a line, or, on a line of its own, for any lines."""
    pattern = re.escape(said).replace(r"\n\.\.\.\n", r"\n(?s:.*)\n").replace(r"\.\.\.", ".*")
    return re.fullmatch(pattern, happened) is not None


def play(page: Path, folder: Path) -> Iterator[tuple[Block, str, str]]:
    """Go through a page in `folder`, the current one; yield each transcript's block, what it says and what happened."""
    code = 0
    for block in blocks(page):
        if block.file:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            exec(compile(block.text, str(block), "exec"), {"__name__": "shown"})
        if block.language != "text" or not block.text.startswith("$ "):
            continue
        for command in commands(block):
            if command.words == ("echo", "$?"):
                printed = str(code)
            else:
                assert command.words[0] == "mailgrid", f"{block}: only `mailgrid` can be run"
                code, printed = _run(command.words[1:])
            yield block, normal(command.printed), normal(printed)


def _run(words: tuple[str, ...]) -> tuple[int, str]:
    """Run a command as on a terminal whose input has ended; what goes to stderr stands where it was written."""
    memory = BytesIO()
    out = _Terminal(memory, encoding="utf-8", write_through=True)
    err = TextIOWrapper(memory, encoding="utf-8", write_through=True)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run(words)
        return code, memory.getvalue().decode()
    finally:
        out.detach()
        err.detach()

"""How long an editor waits for words in a long file. Run: python -m tests.benchmarks.completion."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from lsprotocol import types

from tests.lsp.conftest import WELCOME
from tests.lsp.editor import Editor

LINES = 5_000
ROUNDS = 20


async def milliseconds(editor: Editor, content: str, pause: float) -> list[float]:
    """Type a letter in a condition near the end, wait for `pause` seconds, and ask what may follow; again and again."""
    head, _, tail = content.rpartition("active and ")
    line = head.count("\n")
    taken = []
    for number in range(ROUNDS):
        editor.change("long.mailgrid", f"{head}active and {'c' * (1 + number % 2)}{tail}")
        await asyncio.sleep(pause)
        start = time.perf_counter()
        where = types.Position(line, len("  where   active and c"))
        asked = types.CompletionParams(editor.item("long.mailgrid"), where)
        found = await editor.client.text_document_completion_async(asked)
        taken.append((time.perf_counter() - start) * 1000)
        assert isinstance(found, types.CompletionList)
        assert "country" in {item.label for item in found.items}
    return taken


async def measure(folder: Path) -> None:
    count = LINES // (WELCOME.count("\n") + 1)
    content = "\n".join(WELCOME.replace("welcome", f"welcome{number}", 1) for number in range(count))
    (folder / "people.csv").write_text("email,first_name,country,active\n", encoding="utf-8")
    editor = Editor(folder)
    await editor.start()
    editor.open("long.mailgrid", content)
    await editor.shows("long.mailgrid")
    print(f"{content.count(chr(10)):,} lines, {len(content):,} characters, {ROUNDS} times each")
    for what, pause in (("as one types", 0.0), ("while the file is read again", 0.3), ("a second later", 1.0)):
        taken = await milliseconds(editor, content, pause)
        print(f"{what}: median {statistics.median(taken):.0f} ms, worst {max(taken):.0f} ms")
    await editor.stop()


def main() -> None:
    """Print the time between asking and having the answer, through a real process."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))


if __name__ == "__main__":
    main()

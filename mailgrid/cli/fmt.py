"""`mailgrid fmt`: campaign files in their canonical layout."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.diagnostics import counted
from mailgrid.cli.json_out import print_json
from mailgrid.errors import CampaignError
from mailgrid.language.diagnostics import Diagnostic
from mailgrid.library.formatting import Formatted, campaign_files, format_file, format_stream

__all__ = ["command"]

_STREAM = Path("-")


@click.command("fmt")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--check", is_flag=True, help="Write nothing; list the files that would change and end with 1.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@common_options
@click.pass_obj
def command(common: Common, files: tuple[Path, ...], check: bool, diff: bool) -> int:
    """Lay out campaign FILES: files, folders with all that is below, or - for standard input to standard output.

    Without FILES, all that is below this folder. Names, values, texts and comments stay; a file with mistakes of syntax
    stays as it is.
    """
    done, mistakes = _format(campaign_files(files or (Path(),)))
    changed = [each for each in done if each.is_changed]
    if not (check or diff):
        for each in changed:
            if each.text.path:
                each.write()
    if common.json is not None:
        print_json(common.screen, _as_json(done, mistakes), common.json)
    else:
        _print(common, done, check=check, diff=diff)
        common.screen.frames(mistakes)
        if files != (_STREAM,):
            common.screen.note(_summary(done, mistakes, would=check or diff))
    if any(each.severity == "error" for each in mistakes):
        return 2
    return 1 if check and changed else 0


def _format(files: Iterable[Path]) -> tuple[list[Formatted], list[Diagnostic]]:
    """Return what can be laid out, and what is wrong with the rest."""
    done: list[Formatted] = []
    mistakes: list[Diagnostic] = []
    for file in files:
        try:
            done.append(format_stream(sys.stdin.buffer, "standard input") if file == _STREAM else format_file(file))
        except CampaignError as error:
            mistakes += [each for each in error.diagnostics if isinstance(each, Diagnostic)]
    return done, mistakes


def _print(common: Common, done: Iterable[Formatted], *, check: bool, diff: bool) -> None:
    from mailgrid.cli.patch import print_patch

    for each in done:
        if diff:
            print_patch(common.screen, each.text, each.content)
        elif check and each.is_changed:
            common.screen.out(each.text.name)
        elif not (check or each.text.path) and each.content:
            common.screen.out(each.content.removesuffix("\n"))


def _summary(done: Sequence[Formatted], mistakes: Sequence[Diagnostic], *, would: bool) -> str:
    changed = sum(each.is_changed for each in done)
    same = len(done) - changed
    wrong = len({each.span.text.name if each.span else each.message for each in mistakes})
    parts = [f"{counted(changed, 'file')} would change" if would else f"formatted {counted(changed, 'file')}"]
    if same:
        parts.append(f"{counted(same, 'file')} {'is' if same == 1 else 'are'} laid out well")
    if wrong:
        parts.append(f"left {counted(wrong, 'file')} with mistakes alone")
    return "; ".join(parts if changed or len(parts) == 1 else parts[1:])


def _as_json(done: Iterable[Formatted], mistakes: Iterable[Diagnostic]) -> dict[str, object]:
    from mailgrid.language.frame import as_json

    files: list[dict[str, object]] = []
    for each in done:
        content = {} if each.text.path else {"content": each.content}
        files.append({"file": each.text.name, "changed": each.is_changed, **content})
    return {"format": 1, "files": files, "diagnostics": [as_json(each) for each in mistakes]}

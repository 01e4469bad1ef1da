"""`mailgrid check`: all mistakes of campaign files, with their sources' headers and their templates; `--fix`."""

from collections.abc import Sequence
from pathlib import Path

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.diagnostics import counted, summary
from mailgrid.cli.json_out import print_json
from mailgrid.cli.patch import print_patch
from mailgrid.errors import UsageError
from mailgrid.language.frame import as_json
from mailgrid.library.checking import Checked, check
from mailgrid.library.fixing import Fixer

__all__ = ["command"]

_FORMATS = ["text", "json", "github", "sarif"]


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--fix", is_flag=True, help="Make the changes that are offered, in the files and in what they import.")
@click.option("--diff", is_flag=True, help="Show these changes instead of making them.")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", help="How to print what is found.")
@common_options
@click.pass_obj
def command(common: Common, files: tuple[Path, ...], fix: bool, diff: bool, form: str) -> int:
    """Find mistakes in campaign FILES: syntax, names, types, columns, templates. Only headers of sources are read."""
    if diff and (form != "text" or common.json is not None):
        raise UsageError("`--diff` prints a patch, which has no other format", hint="leave out one of the two")
    if diff:
        return _show_changes(common, files)
    if fix:
        fixer = Fixer(common.settings())
        checks = [fixer(file) for file in files]
        for change in fixer.changes:
            change.write()
            common.screen.note(f"fixed {counted(change.fixes, 'mistake')} in {change.before.name}")
    else:
        checks = [check(file, common.settings()) for file in files]
    _print(common, checks, "json" if common.json is not None else form)
    return _exit_code(checks)


def _exit_code(checks: Sequence[Checked]) -> int:
    return 2 if any(each.severity == "error" for checked in checks for each in checked.diagnostics) else 0


def _print(common: Common, checks: Sequence[Checked], form: str) -> None:
    found = [diagnostic for checked in checks for diagnostic in checked.diagnostics]
    if form == "json":
        print_json(common.screen, {"format": 1, "diagnostics": [as_json(each) for each in found]}, common.json or ())
    elif form == "github":
        from mailgrid.cli.github import annotations

        for checked in checks:
            for line in annotations(checked):
                common.screen.out(line)
    elif form == "sarif":
        from mailgrid.cli.sarif import sarif_log

        print_json(common.screen, sarif_log(checks))
    else:
        common.screen.frames(found)
        common.screen.note(summary(found, fixable=True) if found else f"no mistake in {counted(len(checks), 'file')}")


def _show_changes(common: Common, files: Sequence[Path]) -> int:
    """Print the fixes as a patch; the exit code is that of the files as they are."""
    fixer = Fixer(common.settings())
    checks = [check(file, common.settings()) for file in files]
    left = [diagnostic for file in files for diagnostic in fixer(file).diagnostics]
    for change in fixer.changes:
        print_patch(common.screen, change.before, change.content)
        common.screen.note(f"{counted(change.fixes, 'mistake')} in {change.before.name} can be fixed")
    common.screen.note(f"{summary(left, fixable=True)} would be left" if left else "no mistake would be left")
    return _exit_code(checks)

"""`mailgrid lint`: whether a message is legal and will be taken, anybody's."""

from pathlib import Path

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.cli.json_out import print_json
from mailgrid.errors import UsageError, reason_of
from mailgrid.message.finding import RULES
from mailgrid.message.inspection import inspect

__all__ = ["command"]


@click.command("lint")
@click.argument("file", type=click.Path(path_type=Path))
@common_options
@click.pass_obj
def command(common: Common, file: Path) -> int:
    """Say what is wrong with the message in FILE, byte by byte: what servers refuse, mend or misread."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {reason_of(error)}", hint="give the file of a message") from error
    findings = inspect(content)
    if common.json is not None:
        value = {"format": 1, "file": str(file), "findings": [each.as_json() for each in findings]}
        print_json(common.screen, value, common.json)
    else:
        for each in findings:
            severity = "error" if each.is_error else "warning"
            common.screen.out(f"{file}:{each.line}: {severity}[{each.rule}]: {each.message} ({RULES[each.rule]})")
        if not findings:
            common.screen.note(f"{file}: nothing is wrong with it")
    return 1 if findings else 0

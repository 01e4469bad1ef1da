import re
from inspect import getdoc, getmodule

import click

from mailgrid.cli.common import common_options
from mailgrid.cli.main import main
from mailgrid.cli.run import run
from mailgrid.report import CampaignReport
from tests.docs.pages import names, page, table

CONTEXT = click.Context(main, info_name="mailgrid")
COMMANDS = {name: main.get_command(CONTEXT, name) for name in main.list_commands(CONTEXT)}


def commands_of(command: click.Command | None) -> list[click.Command]:
    """A command; of a group, each of its commands."""
    assert command is not None
    return list(command.commands.values()) if isinstance(command, click.Group) else [command]


def options(command: click.Command | None) -> set[str]:
    found = (
        parameter.opts
        for each in commands_of(command)
        for parameter in each.params
        if isinstance(parameter, click.Option)
    )
    return {name for names in found for name in names if name.startswith("--") or len(names) == 1}


COMMON = options(common_options(click.Command("any")))


def section(heading: str) -> str:
    """What stands below a heading of the page, up to the next one of its level."""
    found = re.search(rf"^### `mailgrid {heading}`?\b.*?(?=^##|\Z)", page("docs/cli.md"), re.MULTILINE | re.DOTALL)
    assert found, f"no section on `mailgrid {heading}`"
    return found[0]


def written(text: str) -> set[str]:
    return set(re.findall(r"`(--?[a-z][a-z-]*)", text))


def test_each_command_has_a_section() -> None:
    headings = re.findall(r"^### `mailgrid (\w+)", page("docs/cli.md"), re.MULTILINE)
    assert sorted(headings) == sorted(COMMANDS)


def test_each_section_names_the_options_of_its_command_and_no_others() -> None:
    for name, command in COMMANDS.items():
        own = options(command) - COMMON
        rows = re.findall(r"^\| `(--?[a-z-]+)", section(name), re.MULTILINE)
        assert set(rows) == own, name


def test_the_common_options_are_those_that_every_command_has() -> None:
    assert set().union(*(written(row[0]) for row in table("docs/cli.md", "everywhere"))) == {*COMMON, "-q", "-v"}
    every = [each for command in COMMANDS.values() for each in (command, *commands_of(command))]
    assert all(options(command) >= COMMON for command in every)


def test_each_exit_code_is_told() -> None:
    told = re.findall(r"^(\d+) ", getdoc(getmodule(run)) or "", re.MULTILINE)
    assert {row[0] for row in table("docs/cli.md", "code")} == {*told, "3"}


def test_the_keys_of_json_are_told() -> None:
    assert set(CampaignReport(name="welcome").as_json()) <= names(page("docs/cli.md"))

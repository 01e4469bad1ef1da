"""Common: the options that every command takes, before or after its name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from mailgrid.cli.screen import Screen
from mailgrid.errors import UsageError
from mailgrid.library.settings import Settings

__all__ = ["Common", "common_options"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(slots=True)
class Common:
    """What was set for the whole command line.

    `json` is None without `--json`, else the fields that were asked for (none: all of them).
    """

    json: tuple[str, ...] | None = None
    ledger: str = ""
    env: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    quiet: bool = False
    verbose: bool = False
    color: str = "auto"
    now: datetime | None = None
    plugins: list[str] = field(default_factory=list)
    trust: list[str] = field(default_factory=list)
    debug: bool = False

    @property
    def screen(self) -> Screen:
        """Where to print, and how."""
        return Screen(self.color, quiet=self.quiet)

    def settings(self) -> Settings:
        """Return them as the library's settings."""
        return Settings(
            variables=self.variables,
            plugins=self.plugins,
            trust=self.trust,
            ledger=self.ledger,
            env=self.env,
            now=self.now,
        )


def common_options(command: _Command) -> _Command:
    """Give a command the options that every command takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _set(context: click.Context, parameter: click.Parameter, value: Any) -> None:  # noqa: ANN401  # whatever the option holds
    if value is None or value == () or value is False:
        return
    common = context.ensure_object(Common)
    match parameter.name:
        case "json":
            common.json = tuple(name for name in value.split(",") if name)
        case "variables":
            common.variables.update(_variable(text) for text in value)
        case "plugins":
            common.plugins.extend(value)
        case "trust":
            common.trust.extend(value)
        case "now":
            common.now = _moment(value)
        case name:
            setattr(common, str(name), value)


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise UsageError(f"`--var {text}` sets nothing", hint="write --var name=value")
    return name, value


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"`{text}` is no date", hint="write 2026-05-04 or 2026-05-04T09:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _option(*names: str, **settings: Any) -> Callable[[_Command], _Command]:  # noqa: ANN401  # click's own
    return click.option(*names, expose_value=False, callback=_set, **settings)


_OPTIONS = (
    _option("--json", metavar="[=FIELDS]", help="Print JSON; --json=a,b prints those fields only."),
    _option(
        "--ledger",
        metavar="URL",
        help="Where the ledger is: a folder, sqlite:///folder or postgresql://host/database; none: for benchmarks.",
    ),
    _option("--env", metavar="NAME", help="Lay the table [env.NAME] of mailgrid.toml over the rest."),
    _option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="Replace the value of a `let`."),
    _option("-q", "--quiet", is_flag=True, help="Print results and errors only."),
    _option("-v", "--verbose", is_flag=True, help="Print more."),
    _option("--color", type=click.Choice(["auto", "always", "never"]), help="Colour; NO_COLOR is honoured."),
    _option("--now", metavar="DATE", help="Plan for another moment than this one."),
    _option("--plugin", "plugins", multiple=True, metavar="NAME", help="Load the plugins of this distribution too."),
    _option("--trust", multiple=True, metavar="NAME", help="Let the file use this, which reaches outside."),
    _option("--debug", is_flag=True, help="Print where an error was raised."),
)

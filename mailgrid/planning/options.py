"""Options: from what a campaign says about a driver to the complete, typed mapping that a plugin is opened with."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Option, OptionType, Secret
from mailgrid.language.campaign import Driver, Quoted, Reference, Setting
from mailgrid.language.diagnostics import Diagnostics

__all__ = ["Options", "look_up"]

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SIZES = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_FLAGS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def look_up(reference: Reference, environment: Mapping[str, str], diagnostics: Diagnostics) -> str | None:
    """Return what `env()` or `secret()` stands for; a secret may also be in the file that NAME_FILE names.

    None, with a diagnostic, where it is not set.
    """
    if (value := environment.get(reference.name)) is not None:
        return value
    if reference.kind == "secret" and (file := environment.get(f"{reference.name}_FILE")):
        try:
            return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = f"the file that {reference.name}_FILE names cannot be read: {type(error).__name__}"
            diagnostics.add("MG615", reference.span, reason=reason)
            return None
    if reference.default is None:
        diagnostics.add("MG605", reference.span, found=reference.name)
    return reference.default


class Options:
    """Completes the options of a driver.

    Args:
        environment: the process's environment variables.
        resolve: turns a path that is written in a folder's campaign file into one on disk.
    """

    def __init__(self, environment: Mapping[str, str], resolve: Callable[[Path, str], Path]) -> None:
        self._environment = environment
        self._resolve = resolve

    def complete(self, driver: Driver, declared: tuple[Option, ...], diagnostics: Diagnostics) -> dict[str, Any]:
        """Return every declared option with its value, written or default."""
        return {
            option.name: self._value(option, driver.options[option.name], driver.folder, diagnostics)
            if option.name in driver.options
            else option.default
            for option in declared
        }

    def location(self, driver: Driver, diagnostics: Diagnostics) -> str | None:
        """Return the text after the driver's name, looked up where it is a reference."""
        match driver.location:
            case Reference() as reference:
                return look_up(reference, self._environment, diagnostics)
            case Quoted(value=value):
                return value
            case _:
                return None

    def _value(self, option: Option, setting: Setting, folder: Path, diagnostics: Diagnostics) -> object:
        value = setting.value
        if isinstance(value, Reference):
            text = look_up(value, self._environment, diagnostics)
            if text is None:
                return None
            value = self._read(option, text, setting, diagnostics)
        if option.type is OptionType.PATH and isinstance(value, str):
            try:
                return self._resolve(folder, value)
            except SourceError as error:
                diagnostics.add("MG402", setting.span, hint=error.hint, reason=error.message)
        return value

    @staticmethod
    def _read(option: Option, text: str, setting: Setting, diagnostics: Diagnostics) -> object:
        """Read a text from outside as the option's type."""
        if text in option.choices:
            return text
        try:
            return _READERS[option.type](text)
        except (ValueError, KeyError, InvalidOperation, OverflowError):
            # The text itself is not shown: it may be a secret that was put into the wrong variable.
            diagnostics.add("MG615", setting.span, reason=f"the value for `{option.name}` is no {option.type.value}")
            return None


def _duration(text: str) -> timedelta:
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)", text)
    if "".join(number + unit for number, unit in parts) != text or not parts:
        raise ValueError(text)
    return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


def _size(text: str) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([KMG]i?B|B)", text)
    if found is None:
        raise ValueError(text)
    return int(Decimal(found[1]) * _SIZES[found[2]])


def _word(text: str) -> str:
    raise ValueError(text)  # the choices were looked at before


_READERS: dict[OptionType, Callable[[str], object]] = {
    OptionType.TEXT: str,
    OptionType.WORD: _word,
    OptionType.INTEGER: int,
    OptionType.NUMBER: _number,
    OptionType.FLAG: lambda text: _FLAGS[text.casefold()],
    OptionType.DURATION: _duration,
    OptionType.SIZE: _size,
    OptionType.SECRET: Secret,
    OptionType.PATH: str,
    OptionType.LIST: lambda text: tuple(part.strip() for part in text.split(",")),
}

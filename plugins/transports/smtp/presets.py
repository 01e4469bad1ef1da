"""Presets: the mail services of presets.toml, and what their options are where none is written."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from mailgrid.errors import TransportError
from mailgrid.hookspecs import KnownLimits

__all__ = ["known_limits", "presets", "with_preset"]

_REGION = "REGION"
_FILE = Path(__file__).with_name("presets.toml")
#: What a preset says besides options.
_WORDS = {"limits", "regions", "per_minute", "per_day", "sessions"}


@cache
def presets() -> Mapping[str, Mapping[str, Any]]:
    """Return what each service's options are, by its name; one that has regions is there once for each."""
    found: dict[str, Mapping[str, Any]] = {}
    for name, table in tomllib.loads(_FILE.read_text(encoding="utf-8")).items():
        options = {key: value for key, value in table.items() if key not in _WORDS}
        for region in table.get("regions", [""]):
            host = options["host"].replace(_REGION, region)
            found[name.replace(_REGION, region)] = options | {"host": host}
    return found


def known_limits(name: str | None) -> KnownLimits | None:
    """Return what a service allows each account; None where that depends on the account, or there is no preset."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8")).get(name or "", {})
    known = {word: table[word] for word in ("per_minute", "per_day", "sessions") if word in table}
    return KnownLimits(origin=f"preset {name}", **known) if known else None


def with_preset(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the options with those of `preset` where none is written.

    Raises:
        TransportError: there is no such preset.
    """
    name = options["preset"]
    if not name:
        return options
    if name not in presets():
        near = get_close_matches(name, presets(), n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else "`mailgrid plugins smtp` names those that there are"
        raise TransportError(f"there is no preset `{name}`", hint=hint)
    written = {key: value for key, value in options.items() if value is not None}
    preset = dict(presets()[name])
    if written.keys() & {"port", "tls"}:  # each says what the other usually is
        del preset["port"], preset["tls"]
    return {**options, **preset, **written}

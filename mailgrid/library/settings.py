"""Settings: what a caller may set from outside a campaign file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a caller may set from outside a campaign file.

    Args:
        variables: replace `let` values, by name.
        plugins: distributions whose plugins may load, besides those that `mailgrid.toml` names.
        trust: options that reach outside which the file may use, besides those that `mailgrid.toml` trusts.
        ledger: where the ledger is; empty for MAILGRID_LEDGER, `mailgrid.toml`, or `.mailgrid/` in the project's root;
            `none`, for benchmarks: what is sent is not written down.
        env: the table `[env.NAME]` of `mailgrid.toml` to lay over the rest; empty for none.
        now: the moment to plan for; None for the present.
        environment: the environment variables; None for the process's own.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    plugins: Sequence[str] = ()
    trust: Sequence[str] = ()
    ledger: str = field(default="", repr=False)  # a URL may hold a password
    env: str = ""
    now: datetime | None = None
    environment: Mapping[str, str] | None = None

"""SavedPlan: what a plan was when it was made, so that exactly this can be applied later, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import tomli_w

from mailgrid.planning.allowlist import AllowList

__all__ = ["COUNTS", "FORMAT", "SavedCampaign", "SavedPlan"]

#: Grows when a plan of today could not be read by the Mailgrid of yesterday.
FORMAT = 1
#: What is counted of a campaign: rows and matches, why some are not written to, and who is.
COUNTS = (
    "rows", "matched", "unknown", "duplicate", "bad_address", "without_file", "skipped", "suppressed", "already_sent",
    "rejected", "in_doubt", "left_out", "to_send",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedCampaign:
    """One campaign of a saved plan: its mailing, the way it goes, and its counts by `COUNTS`.

    `key` is the column that people are told apart by, or `address`; `people` are those to be written to.
    """

    name: str
    edition: str
    key: str
    source: str
    transport: str
    rehearsal: bool
    counts: Mapping[str, int]
    people: AllowList = field(compare=False, repr=False)

    def document(self) -> dict[str, Any]:
        """Return it as its table in the file."""
        return {
            "name": self.name,
            "edition": self.edition,
            "key": self.key,
            "source": self.source,
            "transport": self.transport,
            "rehearsal": self.rehearsal,
            "counts": {name: self.counts[name] for name in COUNTS},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlan:
    """A plan that was made, with no secret and nobody's address in it.

    Args:
        file: the campaign file.
        version: of the Mailgrid that made it.
        now: the moment that it was made for, which conditions and templates go by.
        salt: what the people's keys are hashed with.
        digest: the SHA-256 of the people's hashes, in hex.
        files: every file that it was made of → its SHA-256 in hex; paths start from the campaign file's folder.
        campaigns: in the order in which they are sent.
        variables: what replaced `let` values, by name.
        plugins: distributions whose plugins were loaded by `--plugin`.
        env: the environment of `mailgrid.toml` that it was made for; empty for none.
        take: at most so many people of each campaign were taken; None for all.
    """

    file: Path
    version: str
    now: datetime
    salt: bytes
    digest: str
    files: Mapping[str, str]
    campaigns: tuple[SavedCampaign, ...]
    variables: Mapping[str, str]
    plugins: tuple[str, ...]
    take: int | None
    env: str = ""

    def document(self) -> dict[str, Any]:
        """Return all that its name depends on: where its files are does not matter, what is in them does."""
        return {
            "format": FORMAT,
            "mailgrid": self.version,
            "now": self.now,
            "salt": self.salt.hex(),
            "keys": self.digest,
            **({} if self.take is None else {"take": self.take}),
            **({"env": self.env} if self.env else {}),
            "plugins": list(self.plugins),
            "variables": dict(sorted(self.variables.items())),
            "files": dict(sorted(self.files.items())),
            "campaigns": [campaign.document() for campaign in self.campaigns],
        }

    @property
    def id(self) -> str:
        """Its name, made of all that it says: a plan that was changed by hand has another."""
        return blake2b(tomli_w.dumps(self.document()).encode(), digest_size=4).hexdigest()

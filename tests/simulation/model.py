"""What a user may expect of a campaign, whatever happens to its files: a model of a few dictionaries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

__all__ = ["Mailing", "Model"]

Mailing = tuple[str, str]
_SETTLED = ("sent", "failed", "in_doubt")


@dataclass
class Model:
    """A campaign: its names (the oldest first), edition, key and rows, and what its ledgers should say.

    `ledgers` are states by name and edition, and then by key; `keys` is how their keys are made. A key that was
    forgotten begins with `~`. `suppressed` are the rows on the do-not-mail list.
    """

    names: list[str] = field(default_factory=lambda: ["welcome"])
    edition: str = ""
    key: str = "address"
    rows: list[int] = field(default_factory=lambda: list(range(4)))
    ledgers: dict[Mailing, dict[str, str]] = field(default_factory=dict)
    keys: dict[Mailing, str] = field(default_factory=dict)
    locked: set[Mailing] = field(default_factory=set)
    suppressed: set[int] = field(default_factory=set)

    @property
    def mailings(self) -> list[Mailing]:
        """What its people may have got: under the present name, then under the former ones, the latest first."""
        return [(name, self.edition) for name in reversed(self.names)]

    @property
    def is_rekeyed(self) -> bool:
        return any(self.keys.get(mailing, self.key) != self.key for mailing in self.mailings)

    @property
    def is_locked(self) -> bool:
        return any(mailing in self.locked for mailing in self.mailings)

    def key_of(self, row: int) -> str:
        return f"p{row}@example.org" if self.key == "address" else str(100 + row)

    def state(self, key: str) -> str:
        """Say what is known about somebody: `sent` anywhere counts, then what settles it, then the present name."""
        found = [self.ledgers.get(mailing, {}).get(key, "pending") for mailing in self.mailings]
        settled = [state for state in found if state in _SETTLED]
        if "sent" in found or settled:
            return "sent" if "sent" in found else settled[0]
        hidden = "pending" if key.startswith("~") else self.state(f"~{key}")
        return hidden if hidden in _SETTLED else found[0]

    def to_send(self, *, in_doubt: bool = False, rejected: bool = False) -> set[int]:
        """Say to which rows something will be sent."""
        wanted = {"pending", "deferred", "suppressed", "in_doubt" if in_doubt else "", "failed" if rejected else ""}
        rows = set(self.rows) - self.suppressed
        return {row for row in rows if self.state(self.key_of(row)) in wanted}

    def forget(self, row: int) -> None:
        """Note that somebody is forgotten: only what keeps them from getting two is kept."""
        self.suppressed.add(row)
        for mailing, ledger in self.ledgers.items():
            named = self.keys[mailing] == "address"
            key = f"p{row}@example.org" if named else str(100 + row)
            state = ledger.pop(key, "")
            if state in _SETTLED:
                ledger[f"~{key}" if named else key] = state

    def applied(self) -> dict[str, str]:
        """Note that a run opened its ledger, and return what it holds."""
        self.keys[self.mailings[0]] = self.key
        return self.ledgers.setdefault(self.mailings[0], {})

    def answered(self, answers: Iterable[tuple[int, str]]) -> None:
        """Note what was said about whom; who was not written to is as before."""
        ledger = self.applied()
        for row, state in answers:
            if state != "unsent":
                ledger[self.key_of(row)] = state

    def killed(self, to_send: Iterable[int], answers: Iterable[tuple[int, str]], found: Mapping[str, str]) -> None:
        """Note a kill: what was said may be lost, and who was about to be written to is in doubt, or as before."""
        before = self.applied()
        allowed = {key: {state} for key, state in before.items()}
        for row in to_send:
            allowed[self.key_of(row)] = {"in_doubt", before.get(self.key_of(row), "pending")}
        for row, state in answers:
            allowed[self.key_of(row)].add(state)
        assert found.keys() <= allowed.keys()
        for key, states in allowed.items():
            assert found.get(key, "pending") in states, (key, found.get(key), states)
        self.ledgers[self.mailings[0]] = dict(found)

    def written(self, text: str, transport: str) -> str:
        """Return the campaign's file, with a text for the messages."""
        lines = [
            f"campaign {self.names[-1]} {{",
            *(f"  formerly {name}" for name in self.names[:-1]),
            '  source csv "people.csv"',
            '  from "news@example.com"',
            '  subject "News"',
            f'  text "{text}"',
            f"  transport {transport}",
            "  workers 1",
            "  retry for 1h backoff 1ms",
            *([f'  edition "{self.edition}"'] if self.edition else []),
            *(["  key id"] if self.key == "id" else []),
            "}",
            "",
        ]
        return "\n".join(lines)

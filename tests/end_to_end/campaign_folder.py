"""A folder with a campaign, and the program run in it as a user would."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailgrid.testing import SmtpServer

__all__ = ["CampaignFolder", "Ended", "recipients", "smtp"]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class CampaignFolder:
    """A temporary project."""

    path: Path

    def write(self, name: str, content: str) -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        return file

    def people(self, count: int, name: str = "people.csv") -> list[str]:
        """Write a list of people and return their addresses."""
        addresses = [f"p{number:05}@mail.example" for number in range(1, count + 1)]
        rows = (f"{address},Person {number}" for number, address in enumerate(addresses, start=1))
        self.write(name, "\n".join(["email,first_name", *rows, ""]))
        return addresses

    def campaign(self, transport: str, *settings: str, name: str = "welcome", source: str = "people.csv") -> Path:
        lines = [
            f"campaign {name} {{",
            f'  source csv "{source}"',
            '  from "Acme <hello@acme.example>"',
            '  subject "Hello {{ first_name }}"',
            '  text "Dear {{ first_name }}"',
            f"  transport {transport}",
            *(f"  {setting}" for setting in settings),
            "}",
            "",
        ]
        return self.write(f"{name}.mailgrid", "\n".join(lines))

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """Start a command and return its process."""
        return subprocess.Popen(
            [sys.executable, "-m", "mailgrid", *arguments],
            cwd=self.path,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, *arguments: str, **environment: str) -> Ended:
        """Run a command to its end."""
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=100)
        return Ended(process.returncode, out, err)


def smtp(server: SmtpServer) -> str:
    """Return a transport to a server, as a campaign names it."""
    return f'smtp {{\n host "{server.host}"\n port {server.port}\n }}'


def recipients(messages: Iterable[Any]) -> list[str]:
    """Return whom a server took messages for, one each."""
    return [address for message in messages for address in message.rcpt_to]

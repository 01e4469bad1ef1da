"""A campaign file runs a program only where it is trusted with that."""

import sys
from collections.abc import Iterator

import pytest

from mailgrid.testing import SmtpServer
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

TOKEN = "s3cret-canary"


@pytest.fixture
def server(folder: CampaignFolder) -> Iterator[SmtpServer]:
    """A server that wants a token, and a campaign that runs a program to get it."""
    folder.people(1)
    folder.write("token.py", f"open('ran', 'a').close()\nprint('{TOKEN}')\n")
    with SmtpServer(users={"mailer": TOKEN}, mechanisms=["XOAUTH2"]) as server:
        options = f'tls off\n user "mailer"\n token_command "{sys.executable} token.py"'
        folder.campaign(f'smtp {{\n host "127.0.0.1"\n port {server.port}\n {options}\n }}')
        yield server


@pytest.mark.parametrize("words", ["check", "plan", "apply --yes"])
def test_without_trust_nothing_is_run(
    folder: CampaignFolder, mailgrid: CommandLine, server: SmtpServer, words: str
) -> None:
    ended = mailgrid(*words.split(), "welcome.mailgrid")
    assert ended.code == 2
    assert "error[MG624]: `token_command` reaches outside" in ended.err + ended.out
    assert "--trust token_command" in ended.err + ended.out
    assert not (folder.path / "ran").exists()
    assert server.connections == 0


def test_trust_of_the_command_line(folder: CampaignFolder, mailgrid: CommandLine, server: SmtpServer) -> None:
    assert mailgrid("--trust", "token_command", "apply", "welcome.mailgrid", "--yes").code == 0
    assert len(server.messages) == 1
    assert (folder.path / "ran").exists()


def test_trust_of_the_project(folder: CampaignFolder, mailgrid: CommandLine, server: SmtpServer) -> None:
    folder.write("mailgrid.toml", 'trust = ["token_command"]')
    assert mailgrid("apply", "welcome.mailgrid", "--yes").code == 0
    assert len(server.messages) == 1


def test_trust_in_something_else_is_none(folder: CampaignFolder, mailgrid: CommandLine, server: SmtpServer) -> None:
    folder.write("mailgrid.toml", 'trust = ["sql"]')
    assert mailgrid("plan", "welcome.mailgrid", "--trust", "http").code == 2


def test_a_plan_runs_no_program(folder: CampaignFolder, mailgrid: CommandLine, server: SmtpServer) -> None:
    assert mailgrid("plan", "welcome.mailgrid", "--trust", "token_command").code == 0
    assert not (folder.path / "ran").exists()

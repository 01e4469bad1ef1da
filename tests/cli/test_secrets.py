"""A secret is shown nowhere, whether it stands where it belongs or in the file."""

import pytest

from mailgrid.testing import SmtpServer
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder, smtp

CANARY = "hunter2canary"


@pytest.mark.parametrize(
    "words",
    [
        "check FILE",
        "check FILE --json",
        "check FILE --format github",
        "check FILE --format sarif",
        "check FILE --fix --diff",
        "fmt FILE --diff",
        "columns FILE",
        "rows FILE",
        "preview FILE",
        "plan FILE",
        "plan FILE --json",
        "apply FILE --yes --json --debug",
        "status FILE",
        "log FILE",
        "why ann@x.example FILE",
    ],
)
def test_e6_one_that_stands_in_the_file(folder: CampaignFolder, mailgrid: CommandLine, words: str) -> None:
    folder.people(1)
    options = f'password "{CANARY}"\n   password   "{CANARY}"\n passwrd "{CANARY}"\n }}'
    folder.campaign('smtp {\n host "localhost"\n' + options, "workerz 3")
    ended = mailgrid(*words.replace("FILE", "welcome.mailgrid").split())
    assert ended.out + ended.err
    assert CANARY not in ended.out + ended.err


def test_e6_one_that_stands_in_the_environment(
    folder: CampaignFolder, mailgrid: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.people(2)
    monkeypatch.setenv("PASSWORD", CANARY)
    with SmtpServer(users={"ada": CANARY}) as server:
        options = 'tls off\n user "ada"\n password secret("PASSWORD")\n }'
        folder.campaign(smtp(server).removesuffix("}") + options)
        told = [
            mailgrid(*words)
            for words in (
                ("check", "welcome.mailgrid", "--json"),
                ("plan", "welcome.mailgrid", "--json", "-v"),
                ("apply", "welcome.mailgrid", "--yes", "--json", "--events", "-"),
                ("log", "--json"),
                ("why", "p00001@mail.example"),
                ("plugins", "smtp", "--json"),
            )
        ]
    assert len(server.messages) == 2
    assert {ended.code for ended in told} == {0}
    assert CANARY not in "".join(ended.out + ended.err for ended in told)
    kept = [path.read_bytes() for path in folder.path.rglob("*") if path.is_file()]
    assert not any(CANARY.encode() in octets for octets in kept)

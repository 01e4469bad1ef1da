"""Neither the key of tokens nor a key that signs is in anything that is printed or written."""

import pytest

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder
from tests.message.keys import ed25519, pem

CANARY = "canary-canary-canary-canary-canary"
SETTINGS = (
    'dkim domain "acme.example" selector "mail" key secret("DKIM_KEY")',
    'return_path "b+{{ token }}@acme.example"',
)


@pytest.mark.parametrize("key", [pem(ed25519()).decode(), CANARY])
def test_they_are_nowhere(
    folder: CampaignFolder, mailgrid: CommandLine, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("DKIM_KEY", key)
    monkeypatch.setenv("TOKEN_KEY", CANARY)
    folder.people(2)
    folder.campaign('maildir "box/"', *SETTINGS)
    folder.write("mailgrid.toml", 'token_key = { secret = "TOKEN_KEY" }\n')
    secret = max(key.splitlines(), key=len)
    for words in (
        ["check", "--debug"],
        ["check", "--json"],
        ["plan", "--debug", "-o", "saved.plan"],
        ["preview", "--json"],
        ["apply", "--yes", "--debug", "--events", "events.jsonl"],
        ["log", "--json"],
    ):
        ended = mailgrid(words[0], "welcome.mailgrid", *words[1:])
        assert CANARY not in ended.out + ended.err
        assert secret not in ended.out + ended.err
    written = [path.read_bytes() for path in folder.path.rglob("*") if path.is_file()]
    assert len(written) > 3
    assert not any(CANARY.encode() in content or secret.encode() in content for content in written)

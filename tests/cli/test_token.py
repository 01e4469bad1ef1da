import pytest

from mailgrid import verify_token
from mailgrid.testing import SmtpServer
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

SECRET = "a secret of thirty-two characters"
VERP = 'return_path "bounce+{{ token }}@bounces.acme.example"'


@pytest.fixture
def campaign(folder: CampaignFolder) -> CampaignFolder:
    folder.people(2)
    folder.campaign('maildir "box/"', VERP)
    return folder


def sender(mailgrid: CommandLine) -> str:
    found = mailgrid("preview", "welcome.mailgrid", "--json").json["envelope"]["from"]
    assert isinstance(found, str)
    return found


def believed(address: str, token_key: str) -> bool:
    token = address.partition("@")[0].partition("+")[2]
    return verify_token(token, campaign="welcome", key="p00001@mail.example", token_key=token_key)


def test_the_key_is_kept_beside_the_ledger(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    address = sender(mailgrid)
    file = campaign.path / ".mailgrid" / "token.key"
    assert believed(address, file.read_text("ascii").strip())
    assert mailgrid("apply", "welcome.mailgrid", "--yes").code == 0
    sent = [path.read_text("utf-8") for path in (campaign.path / "box" / "new").iterdir()]
    assert any(f"<{address}>" in content for content in sent)


def test_check_makes_no_key(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    assert mailgrid("check", "welcome.mailgrid").code == 0
    assert not (campaign.path / ".mailgrid").exists()


@pytest.fixture
def named(campaign: CampaignFolder) -> CampaignFolder:
    (campaign.path / "mailgrid.toml").write_text('token_key = { secret = "MAIL_TOKEN_KEY" }\n', "utf-8")
    return campaign


def test_the_project_names_it(named: CampaignFolder, mailgrid: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_TOKEN_KEY", SECRET)
    assert believed(sender(mailgrid), SECRET)
    assert not (named.path / ".mailgrid").exists()


@pytest.mark.parametrize("value", [None, "short"])
def test_one_that_is_missing_or_short_stops_the_run_before_anything_is_sent(
    named: CampaignFolder, mailgrid: CommandLine, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv("MAIL_TOKEN_KEY", raising=False)
    if value:
        monkeypatch.setenv("MAIL_TOKEN_KEY", value)
    with SmtpServer() as server:
        named.campaign(f'smtp {{\n host "127.0.0.1"\n port {server.port}\n tls off\n}}', VERP)
        for command in ("plan", "preview", "apply"):
            ended = mailgrid(command, "welcome.mailgrid", *(["--yes"] if command == "apply" else []))
            assert ended.code == 2
            assert "MG605" in ended.err or "MG620" in ended.err
            assert value is None or f"`{value}`" not in ended.err
        assert list(server.messages) == []
    checked = mailgrid("check", "welcome.mailgrid")
    assert (checked.code, "MG605" in checked.err) == ((0, False) if value else (2, True))


def test_nobody_needs_it_who_makes_no_token(named: CampaignFolder, mailgrid: CommandLine) -> None:
    named.campaign('maildir "box/"')
    assert [mailgrid(command, "welcome.mailgrid").code for command in ("check", "plan", "apply")] == [0, 0, 0]


def test_a_return_path_that_is_no_address_is_shown_where_it_stands(
    campaign: CampaignFolder, mailgrid: CommandLine
) -> None:
    campaign.campaign('maildir "box/"', 'return_path "bounces"')
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.code == 2
    assert 'return_path "bounces"' in ended.err
    assert "the address has no `@`" in ended.err

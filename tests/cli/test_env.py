"""`--env NAME`: another ledger, other transports, and every envelope redirected."""

from email import message_from_bytes

import pytest

from mailgrid.testing import SmtpServer
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder, recipients

QA = "qa@acme.example"


def project(folder: CampaignFolder, server: SmtpServer, staging: str, *settings: str, people: int = 3) -> None:
    folder.people(people)
    folder.campaign("relay", *settings)
    relay = f'driver = "smtp"\nhost = "{server.host}"\nport = {server.port}\n'
    folder.write("mailgrid.toml", f"[transport.relay]\n{relay}\n[env.staging]\n{staging}\n")


def test_every_envelope_goes_to_the_redirect(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        copies = ('cc "boss@acme.example"', 'bcc "archive@acme.example"')
        project(folder, server, f'redirect = "{QA}"', *copies)
        planned = mailgrid("plan", "welcome.mailgrid", "--env", "staging")
        ended = mailgrid("apply", "welcome.mailgrid", "--env", "staging", "--yes")
    assert ended.code == 0
    assert recipients(server.messages) == [QA] * 3
    subjects = sorted(str(message_from_bytes(each.content)["Subject"]) for each in server.messages)
    assert subjects == [f"[to: p0000{n}@mail.example] Hello Person {n}" for n in (1, 2, 3)]
    assert all(QA.encode() not in each.content for each in server.messages)
    assert f"every message goes to {QA}" in planned.out


def test_a_redirected_run_is_a_rehearsal(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        project(folder, server, f'redirect = "{QA}"')
        mailgrid("apply", "welcome.mailgrid", "--env", "staging", "--yes")
        assert mailgrid("plan", "welcome.mailgrid", "--env", "staging", "--json").json["to_send"] == 0
        assert mailgrid("plan", "welcome.mailgrid", "--json").json["to_send"] == 3
        assert not list(folder.path.glob("mailgrid*.lock"))
        mailgrid("apply", "welcome.mailgrid", "--yes")
    assert sorted(recipients(server.messages))[:3] == [f"p0000{n}@mail.example" for n in (1, 2, 3)]
    first, *_, last = [message_from_bytes(each.content)["Message-ID"] for each in server.messages]
    assert first != last


def test_a_redirected_run_is_confirmed_like_any_other(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        project(folder, server, f'redirect = "{QA}"')
        ended = mailgrid("apply", "welcome.mailgrid", "--env", "staging")
    assert (ended.code, list(server.messages)) == (4, [])
    assert "MG601" in ended.err


def test_an_environment_has_a_ledger_and_a_lock_of_its_own(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        project(folder, server, "")
        mailgrid("apply", "welcome.mailgrid", "--env", "staging", "--yes")
        assert mailgrid("apply", "welcome.mailgrid", "--yes").code == 0
    assert len(server.messages) == 6
    assert {path.name for path in folder.path.glob("*.lock")} == {"mailgrid.lock", "mailgrid.staging.lock"}
    assert (folder.path / ".mailgrid-staging" / "welcome.db").exists()
    status = mailgrid("status", "--env", "staging", "--json").json
    assert status["campaigns"][0]["counts"]["sent"] == 3


def test_its_ledger_is_its_own_whatever_the_variable_says(
    folder: CampaignFolder, mailgrid: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILGRID_LEDGER", "everywhere")
    with SmtpServer() as server:
        project(folder, server, 'ledger = "there"')
        mailgrid("apply", "welcome.mailgrid", "--env", "staging", "--yes")
    assert (folder.path / "there" / "welcome.db").exists()
    assert not (folder.path / "everywhere").exists()


def test_its_transports_come_first(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        project(folder, server, '[env.staging.transport.relay]\ndriver = "maildir"\nlocation = "box"')
        assert mailgrid("apply", "welcome.mailgrid", "--env", "staging").code == 0
        assert not server.messages
    assert len(list((folder.path / "box" / "new").iterdir())) == 3


def test_a_mistake_in_its_transport_is_shown_where_it_stands(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        project(folder, server, '[env.staging.transport.relay]\ndriver = "smtp"\nhots = "x"')
        ended = mailgrid("check", "welcome.mailgrid", "--env", "staging")
        assert mailgrid("check", "welcome.mailgrid").code == 0
    assert ended.code == 2
    assert "mailgrid.toml:9:1" in ended.err


def test_a_test_goes_to_the_redirect_only(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        project(folder, server, f'redirect = "{QA}"', 'test "ada@acme.example" "bob@acme.example"')
        assert mailgrid("test", "welcome.mailgrid", "--env", "staging").code == 0
    assert recipients(server.messages) == [QA] * 3
    assert all(str(message_from_bytes(each.content)["Subject"]).startswith("[test]") for each in server.messages)


@pytest.mark.parametrize(
    "staging, env, said",
    [
        ('redirect = "qa"', "staging", "`redirect` of [env.staging]"),
        ('redirect = "a@b.example, c@d.example"', "staging", "is no address"),
        ("", "stagign", "has no [env.stagign]"),
    ],
)
def test_what_is_refused(folder: CampaignFolder, mailgrid: CommandLine, staging: str, env: str, said: str) -> None:
    with SmtpServer() as server:
        project(folder, server, staging)
        ended = mailgrid("apply", "welcome.mailgrid", "--env", env, "--yes")
    assert (ended.code, list(server.messages)) == (2, [])
    assert said in ended.err
    assert "MG620" in ended.err


def test_a_saved_plan_keeps_its_environment(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        project(folder, server, f'redirect = "{QA}"\n\n[env.other]')
        assert mailgrid("plan", "welcome.mailgrid", "--env", "staging", "-o", "welcome.plan").code == 0
        refused = mailgrid("apply", "welcome.plan", "--env", "other")
        assert (refused.code, list(server.messages)) == (2, [])
        assert "was made for --env staging" in refused.err
        assert mailgrid("apply", "welcome.plan").code == 0
    assert recipients(server.messages) == [QA] * 3
    assert mailgrid("show", "welcome.plan").code == 0


def test_a_saved_plan_of_no_environment_stays_one(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        project(folder, server, "")
        mailgrid("plan", "welcome.mailgrid", "-o", "welcome.plan")
        refused = mailgrid("apply", "welcome.plan", "--env", "staging")
    assert (refused.code, list(server.messages)) == (2, [])
    assert "was made without --env" in refused.err

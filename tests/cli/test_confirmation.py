"""Nothing is sent to people that was not confirmed."""

import pytest

from mailgrid.testing import SmtpServer
from tests.cli.command_line import CommandLine, on_terminal
from tests.end_to_end.campaign_folder import CampaignFolder, smtp


def test_where_nobody_can_be_asked_the_flag_to_add_is_named(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(123)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        ended = mailgrid("apply", "welcome.mailgrid")
    assert ended.code == 4
    assert "error[MG601]: 123 messages need a confirmation and this is not a terminal\n" in ended.err
    assert "--confirm 123" in ended.err
    assert "--yes --max 130" in ended.err
    assert not server.messages


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (("--yes",), 0, ""),
        (("--confirm", "3"), 0, ""),
        (("--confirm", "2"), 4, "error[MG612]: --confirm 2 was given, but there are 3 messages"),
        (("--yes", "--confirm", "4"), 4, "MG612"),
        (("--max", "2"), 4, "error[MG618]: 3 messages are more than --max 2"),
        (("--yes", "--max", "2"), 4, "MG618"),
        (("--confirm", "3", "--max", "2"), 4, "MG618"),
        (("--yes", "--max", "3"), 0, ""),
        (("--max", "3"), 4, "MG601"),
    ],
)
def test_what_confirms(
    folder: CampaignFolder, mailgrid: CommandLine, flags: tuple[str, ...], code: int, said: str
) -> None:
    folder.people(3)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        ended = mailgrid("apply", "welcome.mailgrid", *flags)
    assert (ended.code, len(server.messages)) == (code, 0 if code else 3)
    assert said in ended.err


@pytest.mark.parametrize("transport", ['maildir "box/"', 'sandbox "outbox/"', "stdout"])
def test_what_reaches_nobody_never_asks(folder: CampaignFolder, mailgrid: CommandLine, transport: str) -> None:
    folder.people(60)
    folder.campaign(transport)
    assert mailgrid("apply", "welcome.mailgrid").code == 0
    assert mailgrid("log", "welcome", "--json").lines[0]["status"] == "sent"


@pytest.mark.parametrize(("answer", "sent"), [("y\n", 2), ("YES\n", 2), ("n\n", 0), ("\n", 0), ("2\n", 0)])
def test_a_few_messages_take_a_y(folder: CampaignFolder, answer: str, sent: int) -> None:
    folder.people(2)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        code, seen = on_terminal(folder, "apply", "welcome.mailgrid", answers={"[y/N]": answer})
    assert (code, len(server.messages)) == (0 if sent else 4, sent)
    assert 0 < seen.index("to send") < seen.index("Send 2 messages through smtp 127.0.0.1:") < seen.index("? [y/N]")
    assert ("error[MG601]: not confirmed" in seen) is not sent
    assert (f"{sent}/2" in seen.rpartition("sent ")[0]) is bool(sent)  # the bar's last state


@pytest.mark.parametrize(("answer", "sent"), [("51\n", 51), ("y\n", 0), ("50\n", 0)])
def test_more_than_fifty_take_their_number(folder: CampaignFolder, answer: str, sent: int) -> None:
    folder.people(51)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        code, _ = on_terminal(folder, "apply", "welcome.mailgrid", answers={"Type the number to confirm": answer})
    assert (code, len(server.messages)) == (0 if sent else 4, sent)


def test_fifty_take_a_y(folder: CampaignFolder) -> None:
    folder.people(50)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        assert on_terminal(folder, "apply", "welcome.mailgrid", answers={"[y/N]": "y\n"})[0] == 0
    assert len(server.messages) == 50


@pytest.mark.parametrize("answer", ["\x03", "\x04"])
def test_ctrl_c_and_ctrl_d_at_the_question_send_nothing(folder: CampaignFolder, answer: str) -> None:
    folder.people(2)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        code, seen = on_terminal(folder, "apply", "welcome.mailgrid", answers={"[y/N]": answer})
    assert (code, len(server.messages)) == (130, 0)
    assert "nothing was sent" in seen


def test_a_wrong_password_is_known_before_the_question(folder: CampaignFolder) -> None:
    folder.people(2)
    with SmtpServer(users={"ada": "right"}) as server:
        folder.campaign(smtp(server).removesuffix("}") + 'tls off\n user "ada"\n password secret("PASSWORD")\n }')
        code, seen = on_terminal(folder, "apply", "welcome.mailgrid", PASSWORD="wrong")
    assert code == 5
    assert "[y/N]" not in seen

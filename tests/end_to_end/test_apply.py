from collections import Counter
from email import message_from_bytes, policy

from mailgrid.testing import SmtpServer, hang_up, refuse
from tests.end_to_end.campaign_folder import CampaignFolder, recipients, smtp


def test_each_of_five_hundred_gets_one_message(folder: CampaignFolder) -> None:
    addresses = folder.people(500)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        first = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
        second = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert (first.code, second.code) == (0, 0), first.err
    assert sorted(recipients(server.messages)) == addresses
    assert first.json["campaigns"][0]["sent"] == 500
    assert second.json["campaigns"][0]["already_sent"] == 500
    assert second.json["campaigns"][0]["sent"] == 0


def test_a_message_is_personal_and_whole(folder: CampaignFolder) -> None:
    folder.people(1)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        folder.run("apply", "welcome.mailgrid", "--yes")
    (received,) = server.messages
    message = message_from_bytes(received.content, policy=policy.default)
    assert received.mail_from == "hello@acme.example"
    assert message["From"] == "Acme <hello@acme.example>"
    assert message["To"] == "p00001@mail.example"
    assert message["Subject"] == "Hello Person 1"
    assert message.get_content().strip() == "Dear Person 1"


def test_a_refused_recipient_harms_nobody_else(folder: CampaignFolder) -> None:
    addresses = folder.people(5)
    with SmtpServer(refuse("RCPT", "550 5.1.1 no such user", to=addresses[1])) as server:
        folder.campaign(smtp(server), "workers 1")
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert ended.code == 1
    assert recipients(server.messages) == [addresses[0], *addresses[2:]]
    assert ended.json["campaigns"][0]["failed"] == 1
    (failed,) = folder.run("log", "welcome", "--failed", "--json").lines
    assert (failed["address"], failed["code"], failed["enhanced"]) == (addresses[1], 550, "5.1.1")


def test_the_final_reply_decides(folder: CampaignFolder) -> None:
    folder.people(3)
    with SmtpServer(refuse("end", "554 5.6.0 not in my house")) as server:
        folder.campaign(smtp(server))
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert ended.code == 1
    assert ended.json["campaigns"][0] | {"sent": 0, "failed": 3} == ended.json["campaigns"][0]
    assert not server.messages


def test_a_lost_answer_is_in_doubt_and_not_sent_again(folder: CampaignFolder) -> None:
    addresses = folder.people(3)
    with SmtpServer(hang_up("end", to=addresses[1], times=1, taken=True)) as server:
        folder.campaign(smtp(server), "workers 1")
        first = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
        second = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
        again = folder.run("apply", "welcome.mailgrid", "--yes", "--json", "--resend-in-doubt")
    assert (first.code, second.code, again.code) == (1, 1, 0)
    assert first.json["campaigns"][0]["in_doubt"] == 1
    assert second.json["campaigns"][0]["in_doubt"] == 1
    assert Counter(recipients(server.messages)) == Counter({addresses[0]: 1, addresses[1]: 2, addresses[2]: 1})


def test_a_temporary_refusal_is_tried_again(folder: CampaignFolder) -> None:
    addresses = folder.people(4)
    with SmtpServer(refuse("RCPT", "451 4.7.1 greylisted", to=addresses[2], times=2)) as server:
        folder.campaign(smtp(server), "retry 5 for 1m backoff 100ms max 200ms jitter 0%")
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert ended.code == 0, ended.err
    assert sorted(recipients(server.messages)) == addresses
    assert ended.json["campaigns"][0]["attempts"] == 6


def test_no_wait_leaves_the_deferred_to_the_next_run(folder: CampaignFolder) -> None:
    addresses = folder.people(2)
    with SmtpServer(refuse("RCPT", "451 4.7.1 later", to=addresses[0], times=1)) as server:
        folder.campaign(smtp(server), "retry for 1h backoff 1s max 1s jitter 0%")
        first = folder.run("apply", "welcome.mailgrid", "--yes", "--json", "--no-wait")
        assert (first.code, first.json["campaigns"][0]["deferred"]) == (1, 1)
        second = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert second.code == 0
    assert sorted(recipients(server.messages)) == addresses


def test_after_the_last_attempt_it_is_given_up_and_tried_afresh_next_time(folder: CampaignFolder) -> None:
    addresses = folder.people(1)
    with SmtpServer(refuse("RCPT", "450 4.2.0 full", times=2)) as server:
        folder.campaign(smtp(server), "retry 2 for 1m backoff 50ms max 50ms jitter 0%")
        first = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
        second = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert (first.code, second.code) == (1, 0)
    assert first.json["campaigns"][0]["failed"] == 1
    assert recipients(server.messages) == addresses


def test_a_recipient_alone(folder: CampaignFolder) -> None:
    folder.people(1)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert (ended.code, len(server.messages)) == (0, 1)


def test_an_edited_list_sends_only_to_the_new(folder: CampaignFolder) -> None:
    addresses = folder.people(10)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        folder.run("apply", "welcome.mailgrid", "--yes")
        rows = [f"{address},X" for address in reversed([*addresses, "new@mail.example"])]
        folder.write("people.csv", "\n".join(["email,first_name", *rows]))
        folder.run("apply", "welcome.mailgrid", "--yes")
    assert sorted(recipients(server.messages)) == ["new@mail.example", *addresses]


def test_another_campaign_begins_at_its_own_beginning(folder: CampaignFolder) -> None:
    folder.people(3)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        folder.campaign(smtp(server), name="other")
        folder.run("apply", "welcome.mailgrid", "--yes")
        folder.run("apply", "other.mailgrid", "--yes")
    assert len(server.messages) == 6


def test_copies_go_to_each_on_their_own(folder: CampaignFolder) -> None:
    folder.people(2)
    with SmtpServer(refuse("RCPT", "550 5.1.1 no", to="gone@acme.example")) as server:
        folder.campaign(smtp(server), 'bcc "archive@acme.example"', 'bcc "gone@acme.example"', 'cc "boss@acme.example"')
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert ended.code == 0, ended.err
    assert Counter(recipients(server.messages)) == Counter(
        {"p00001@mail.example": 1, "p00002@mail.example": 1, "archive@acme.example": 2, "boss@acme.example": 2}
    )
    assert all(b"archive@" not in message.content for message in server.messages)


def test_too_many_failures_stop_the_run(folder: CampaignFolder) -> None:
    folder.people(200)
    with SmtpServer(refuse("RCPT", "550 5.1.1 no such user")) as server:
        folder.campaign(smtp(server), "stop after 5 failures", "workers 1")
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert ended.code == 5
    assert ended.json["campaigns"][0]["failed"] == 5
    assert "stop after" in ended.err


def test_three_refusals_of_the_sender_stop_the_run(folder: CampaignFolder) -> None:
    folder.people(50)
    with SmtpServer(refuse("RCPT", "550 5.7.1 you are blocked")) as server:
        folder.campaign(smtp(server), "workers 1")
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert ended.code == 5
    assert ended.json["campaigns"][0]["failed"] <= 3

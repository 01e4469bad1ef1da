from email import message_from_bytes

from mailgrid.testing import SmtpServer, hang_up, refuse
from tests.end_to_end.campaign_folder import CampaignFolder, recipients, smtp


def test_a_second_attempt_has_the_identifier_of_the_first(folder: CampaignFolder) -> None:
    one, two, three = folder.people(3)
    later = refuse("RCPT", "450 4.2.0 not now", to=two, times=1)
    with SmtpServer(hang_up("end", to=one, times=1, taken=True), later) as server:
        folder.campaign(smtp(server), "workers 1", "retry 2 backoff 50ms max 50ms jitter 0%")
        folder.run("apply", "welcome.mailgrid", "--yes")
        planned = {line["key"]: line["message_id"] for line in folder.run("log", "welcome", "--json").lines}
        folder.run("apply", "welcome.mailgrid", "--yes", "--resend-in-doubt")
    got = [(each.rcpt_to[0], message_from_bytes(each.content)["Message-ID"]) for each in server.messages]
    assert sorted(recipients(server.messages)) == [one, one, two, three]
    assert set(got) == set(planned.items())
    assert len(set(planned.values())) == 3


def test_a_row_that_cannot_be_mail_fails_alone(folder: CampaignFolder) -> None:
    rows = ["a@mail.example,Ann", "b@mail.example,B\x00b", "c@mail.example,C\x07", 'd@mail.example,"D\nBcc: e@x.org"']
    folder.write("people.csv", "\n".join(["email,first_name", *rows, "f@mail.example,Fay", ""]))
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    assert ended.code == 1
    assert sorted(recipients(server.messages)) == ["a@mail.example", "f@mail.example"]
    failed = {line["address"] for line in folder.run("log", "welcome", "--failed", "--json").lines}
    assert failed == {"b@mail.example", "c@mail.example", "d@mail.example"}

"""Against a real Postfix, which writes each message to its queue on disk."""

import signal

import pytest

from tests.end_to_end.campaign_folder import CampaignFolder
from tests.servers.postfix import MISSING, Postfix
from tests.servers.sending import CLEAR, TLS, assert_true, campaign, ledger, people

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@pytest.mark.parametrize("pipeline", ["auto", "off"])
@pytest.mark.parametrize("tls", [CLEAR, TLS], ids=["clear", "tls"])
def test_everybody_gets_one_and_who_is_refused_gets_none(
    folder: CampaignFolder, postfix: Postfix, tls: str, pipeline: str
) -> None:
    taken, refused = people(folder, 100, gone=10)
    campaign(folder, postfix, tls, f"pipeline {pipeline}", settings=["workers 3"])
    ended = folder.run("apply", "welcome.mailgrid", "--yes", "--json")
    states, delivered = ledger(folder), postfix.delivered()
    assert ended.code == 1, ended.err
    assert_true(states, delivered)
    assert states["sent"] == delivered.keys() == set(taken)
    assert states["failed"] == set(refused)
    assert not states["in_doubt"]


def test_who_is_refused_for_now_is_tried_again_later(folder: CampaignFolder, postfix: Postfix) -> None:
    folder.write("people.csv", "email,first_name\nbusy@mail.example,Jo\nann@mail.example,Ann\n")
    campaign(folder, postfix, CLEAR)
    ended = folder.run("apply", "welcome.mailgrid", "--yes", "--no-wait")
    states, delivered = ledger(folder), postfix.delivered()
    assert ended.code == 1
    assert states["deferred"] == {"busy@mail.example"}
    assert delivered == {"ann@mail.example": 1}


def test_reloaded_in_the_middle_it_loses_nobody(folder: CampaignFolder, postfix: Postfix) -> None:
    taken, _ = people(folder, 150)
    campaign(folder, postfix, CLEAR, settings=["rate 100/s", "workers 3"])
    process = folder.start("apply", "welcome.mailgrid", "--yes")
    for sent in (20, 80):
        postfix.wait_until_it_says(" status=sent ", sent)
        postfix.reload()
    _out, err = process.communicate(timeout=60)
    states, delivered = ledger(folder), postfix.delivered()
    assert process.returncode == 0, err
    assert_true(states, delivered)
    assert states["sent"] == set(taken)


def test_a_certificate_of_another_authority_gets_no_mail(folder: CampaignFolder, postfix: Postfix) -> None:
    people(folder, 3)
    campaign(folder, postfix, "tls starttls")
    ended = folder.run("apply", "welcome.mailgrid", "--yes")
    assert ended.code == 5
    assert "certificate" in ended.err
    assert not postfix.delivered()


def test_killed_in_the_middle_nobody_gets_two(folder: CampaignFolder, postfix: Postfix) -> None:
    taken, _ = people(folder, 200)
    campaign(folder, postfix, CLEAR, settings=["workers 2"])
    process = folder.start("apply", "welcome.mailgrid", "--yes", "--quiet")
    postfix.wait_until_it_says(" status=sent ", 60)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    ended = folder.run("apply", "welcome.mailgrid", "--yes")
    states, delivered = ledger(folder), postfix.delivered()
    assert_true(states, delivered)
    assert states["sent"] | states["in_doubt"] == set(taken)
    assert ended.code == int(bool(states["in_doubt"]))

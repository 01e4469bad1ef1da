"""Ctrl-C and SIGTERM, the first and the second time."""

import signal

import pytest

from mailgrid.testing import SmtpServer, silence
from tests.end_to_end.campaign_folder import CampaignFolder, smtp
from tests.patience import wait_for


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_second_quits_at_once_and_what_is_in_flight_is_in_doubt(
    folder: CampaignFolder, number: signal.Signals
) -> None:
    first, *_others = folder.people(3)
    with SmtpServer(silence("end", to=first)) as server:
        one_by_one = smtp(server).replace("}", "pipeline off\n}")  # else a whole window is in flight
        folder.campaign(one_by_one, "workers 1")
        process = folder.start("apply", "welcome.mailgrid", "--yes")
        assert process.stderr is not None
        wait_for(lambda: any(command.startswith("DATA") for command in server.commands))
        process.send_signal(number)
        assert any("once more to quit at once" in line for line in iter(process.stderr.readline, ""))
        assert process.poll() is None
        process.send_signal(number)
        _out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.endswith("quit; what was in flight is in doubt, see: mailgrid log --in-doubt\n")
    plan = folder.run("plan", "welcome.mailgrid", "--json").json["campaigns"][0]
    assert (plan["in_doubt"], plan["to_send"]) == (1, 2)

"""Messages that hosts make are those that a single machine would make."""

import json
import re
import time
from contextlib import closing
from pathlib import Path

from mailgrid.ledger.suppression import Suppressed
from mailgrid.testing import refuse
from tests.cluster.yard import Yard, drained, ended, yard
from tests.patience import wait_for

CAMPAIGN = """
let greeting = "Dear"

campaign welcome {
  source jsonl "people.jsonl"
  where  active and balance >= 1.5 and joined > 2026-01-01

  from     "Acme <hello@acme.example>"
  subject  "Hello {{ name }}"
  template "mails/welcome.html"
  attach   "terms.txt"
  attach   "gold.txt" where balance > 100

  variant formal 50% {
    subject "Hello {{ name }}"
  }
  variant plain 50% {
    subject "Hi {{ name }}"
  }

  key     id
  edition "{{ vars.greeting }}"
  retry   for 1m backoff 1s jitter 0%
  transport relay
}
"""
PROJECT = """
zone = "Europe/Paris"
plugins = []

[transport.relay]
driver = "smtp"
host = "{host}"
port = {port}
"""


def write(place: Yard, count: int) -> None:
    project = PROJECT.format(host=place.mail.host, port=place.mail.port)
    place.folder.write("mailgrid.toml", project)
    place.folder.write("welcome.mailgrid", CAMPAIGN)
    place.folder.write(
        "mails/welcome.html", '{% include "mails/parts/line.html" %}<p>{{ balance }} since {{ joined }}</p>'
    )
    place.folder.write("mails/parts/line.html", "<p>{{ vars.greeting }} {{ name }}</p>")
    place.folder.write("terms.txt", "terms")
    place.folder.write("gold.txt", "gold")
    rows = [
        {"id": n, "email": f"p{n}@mail.example", "name": f"Zoë {n}", "active": n != 2, "balance": n * 2.5,
         "joined": "2026-03-0" + str(1 + n % 9)}
        for n in range(1, count + 1)
    ]  # fmt: skip
    place.folder.write("people.jsonl", "\n".join(map(json.dumps, rows)))


def written(place: Yard) -> dict[str, bytes]:
    """Return each message by recipient, without what is never the same twice."""
    return {
        message.rcpt_to[0]: re.sub(rb"(?m)^Date: .*$", b"Date:", message.content) for message in place.mail.messages
    }


def test_hosts_write_what_one_machine_writes(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        write(place, 60)
        alone = ended(place.start("apply", "welcome.mailgrid", "--yes", "--ledger", str(tmp_path / "alone")))
        assert alone.code == 0, alone.err
        one = written(place)
        host = place.worker("host")
        many = ended(place.apply("--chunk", "7", "--new-ledger"))
        assert many.code == 0, many.err
        drained(host)
        assert len(one) == 59
        assert len(place.mail.messages) == 118
        assert written(place) == one  # the later one of each
        assert sum(b"gold.txt" in content for content in one.values()) == 20


def test_who_is_refused_for_now_is_tried_again_and_who_came_onto_the_list_is_not(tmp_path: Path) -> None:
    with yard(tmp_path, refuse("RCPT", "451 4.7.1 try again in 1 second", times=3)) as place:
        people = place.folder.people(30)
        place.campaign("retry for 1m backoff 1s jitter 0%", "rate 10/s burst 1")
        host = place.worker("host")
        coordinator = place.apply("--chunk", "10")
        wait_for(lambda: len(place.mail.messages) > 3)
        with closing(place.database.suppression(write=True)) as listed:
            listed.add([Suppressed(people[-1], "manual", "asked by telephone", time.time(), "test")])
        end = ended(coordinator)
        (report,) = end.json["campaigns"]
        assert (report["sent"], report["suppressed"], report["failed"]) == (29, 1, 0)
        assert report["attempts"] > 29
        assert place.delivered.keys() == set(people[:-1])
        drained(host)

"""Files that differ from person to person reach the host that sends to that person."""

import re
from pathlib import Path

from tests.cluster.yard import Yard, drained, ended, yard
from tests.patience import wait_for


def write(place: Yard, count: int) -> list[str]:
    people = [f"p{number}@mail.example" for number in range(count)]
    rows = [f"{address},{number},{'abc'[number % 3]},Ann" for number, address in enumerate(people)]
    place.folder.write("people.csv", "\n".join(["email,id,kind,first_name", *rows]))
    for number in range(count):
        if number % 10 != 7:
            place.folder.write(f"invoices/{number}.txt", f"invoice of {number} and of no one else")
    for kind in "abc":
        place.folder.write(f"terms/{kind}.txt", f"the terms of {kind}")
    place.campaign('attach "invoices/{{ id }}.txt"', 'attach "terms/{{ kind }}.txt" missing skip')
    return people


def test_each_person_gets_the_files_that_are_meant_for_them(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        write(place, 40)
        hosts = [place.worker(name) for name in ("north", "south")]
        end = ended(place.apply("--chunk", "5"))
        (report,) = end.json["campaigns"]
        assert (report["sent"], report["failed"]) == (36, 0), end.err
        for message in place.mail.messages:
            (number,) = re.findall(r"p(\d+)@", message.rcpt_to[0])
            assert re.findall(r'filename="?([^";\r]+)', message.content.decode()) == [
                f"{number}.txt",
                f"{'abc'[int(number) % 3]}.txt",
            ]
        assert place.rows("SELECT count(*) FROM cluster_enclosed") == [(39,)]
        assert place.rows("SELECT count(*) FROM cluster_files") == [(39,)]
        for host in hosts:
            drained(host)


def test_templates_that_are_chosen_for_each_person_are_in_the_bundle(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        write(place, 6)
        for kind in "abc":
            place.folder.write(f"mails/{kind}.md", f"of the kind-{kind}.")
        file = place.folder.path / "welcome.mailgrid"
        lines = [line for line in file.read_text().splitlines() if not line.startswith(("  text", "  attach"))]
        file.write_text("\n".join([*lines[:-1], '  template "mails/{{ kind }}.md"', "}", ""]))
        host = place.worker("north")
        end = ended(place.apply("--chunk", "2"))
        assert end.code == 0, end.err
        drained(host)
        found = sorted(re.findall(r"kind-(.)\.", message.content.decode())[0] for message in place.mail.messages)
        assert found == ["a", "a", "b", "b", "c", "c"]


def test_a_file_that_is_another_one_than_its_digest_says_is_not_sent(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        write(place, 3)
        place.apply()
        wait_for(lambda: place.begun)
        place.rows("UPDATE cluster_files SET content = 'of somebody else' RETURNING 1")
        host = place.worker("north")
        wait_for(lambda: "the database has another" in place.troubles)
        assert place.run("stop", "welcome").code == 0
        drained(host)
        assert not place.mail.messages


def test_a_file_that_is_reached_by_a_link_is_refused_before_anybody_is_written_to(tmp_path: Path) -> None:
    with yard(tmp_path) as place:
        write(place, 3)
        (place.folder.path / "invoices").rename(place.folder.path / "elsewhere")
        (place.folder.path / "invoices").symlink_to("elsewhere")
        end = ended(place.apply())
        assert end.code == 2
        assert "is reached by a link" in end.err
        assert place.rows("SELECT count(*) FROM cluster_runs") == [(0,)]

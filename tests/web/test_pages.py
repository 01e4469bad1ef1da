import time
from collections.abc import Callable
from http.client import HTTPConnection

from mailgrid.web.proofs import Proofs
from tests.end_to_end.campaign_folder import CampaignFolder
from tests.web.visitor import Visitor, serving


def test_the_list(visitor: Visitor) -> None:
    answer = visitor("/messages").json
    assert answer["after"] is None
    assert [(row["id"], row["who"], row["subject"], row["note"]) for row in answer["rows"]] == [
        (str(number), f"p0000{number}@mail.example", f"Hello Person {number}", "") for number in (1, 2, 3)
    ]


def test_what_is_said_of_all(visitor: Visitor) -> None:
    standing = visitor("/standing").json
    assert (standing["kind"], standing["title"], standing["count"], standing["problem"]) == (
        "preview",
        "welcome",
        3,
        "",
    )
    assert standing["facts"] == ["people.csv → maildir box/", "3 rows, 3 match, 3 to send"]


def test_one_message(visitor: Visitor) -> None:
    shown = visitor("/messages/2").json
    assert (shown["subject"], shown["text"], shown["html"]) == ("Hello Person 2", "Dear Person 2\r\n", None)
    assert shown["facts"]["envelope to"] == "p00002@mail.example"
    assert shown["cells"] == {"email": "p00002@mail.example", "first_name": "Person 2"}
    assert ["MIME-Version", "1.0"] in shown["headers"]
    assert "unsubscribe" in {each["rule"] for each in shown["findings"]}


def test_its_source_and_its_file_are_the_exact_bytes(visitor: Visitor) -> None:
    source, file = visitor("/messages/1/source").json, visitor("/messages/1/file")
    assert source == {"text": file.body.decode(), "left": 0}
    assert b"\r\nSubject: Hello Person 1\r\n" in file.body
    assert file.headers["content-disposition"].startswith("attachment")


def test_a_message_that_there_is_not(visitor: Visitor) -> None:
    for name in ("0", "4", "-1", "x", "1/x", "9" * 400, "%00", "..%2f..%2fetc%2fpasswd", "%C2%B2"):
        assert visitor(f"/messages/{name}").status == 404, name
    for name in ("page.py", "..%2f__init__.py", "", "%2e%2e/pages.py", "nothing.js"):
        assert visitor(f"/assets/{name}").status == 404, name
    assert visitor("/messages/1/parts/7").status == 404


def test_parts_are_saved_and_never_run(folder: CampaignFolder, opened: Callable[[], Proofs]) -> None:
    folder.people(1)
    folder.campaign('maildir "box/"', 'html "<script>1</script>"')
    with serving(opened()) as visitor:
        part = visitor("/messages/1/parts/1?show")  # it is no picture
        assert part.headers["content-type"] == "application/octet-stream"
        assert part.headers["content-disposition"].startswith("attachment")
        sheet = visitor("/messages/1/sheet")
        assert "sandbox allow-popups" in sheet.headers["content-security-policy"]
        assert sheet.headers["content-type"] == "text/html; charset=utf-8"


def test_a_message_that_cannot_be_made_says_why(folder: CampaignFolder, opened: Callable[[], Proofs]) -> None:
    folder.write("people.csv", "email,age\na@x.example,\nb@x.example,7\n")
    folder.write("body.html", "<p>\n{{ 10 / (age | int) }}</p>\n")
    folder.write(
        "welcome.mailgrid",
        'campaign welcome {\n  source csv "people.csv"\n  from "a@x.example"\n  subject "Age"\n'
        '  template "body.html"\n  transport maildir "box/"\n}\n',
    )
    with serving(opened()) as visitor:
        answer = visitor("/messages/1")
        assert answer.status == 422
        assert answer.json["problem"].startswith("body.html:2: a value does not fit here")
        assert visitor("/messages/2").status == 200
        rows = visitor("/messages").json["rows"]
        assert [(row["note"], row["is_wrong"]) for row in rows] == [("cannot be made", True), ("", False)]


def test_a_change_is_told_at_once_and_the_connection_ends_with_the_server(
    folder: CampaignFolder, opened: Callable[[], Proofs]
) -> None:
    folder.people(1)
    folder.campaign('maildir "box/"')
    with serving(opened()) as visitor:
        connection = HTTPConnection("127.0.0.1", visitor.port, timeout=60)
        connection.request("GET", "/changes", headers={"Cookie": visitor.cookie})
        events = connection.getresponse()
        assert events.readline() == b"data: 0\n"
        folder.people(2, "more.csv")
        (folder.path / "more.csv").replace(folder.path / "people.csv")  # at once, so that there is one change
        assert [events.readline() for _ in range(2)] == [b"\n", b"data: 1\n"]
        assert visitor("/standing").json["count"] == 2
        begun = time.monotonic()
    assert events.read() in {b"\n", b""}
    assert time.monotonic() - begun < 15
    connection.close()

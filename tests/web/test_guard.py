from collections.abc import Iterator

import pytest

from mailgrid.web.inbox import Inbox
from tests.web.visitor import Visitor, serving

PATHS = ("/standing", "/messages", "/messages/1", "/messages/1/sheet", "/messages/1/source", "/messages/1/file")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    folder = tmp_path_factory.mktemp("inbox")
    (folder / "new").mkdir()
    (folder / "new" / "1").write_text("Subject: Hello\n\nDear Ann\n")
    with serving(Inbox(folder, "inbox", "")) as visitor:
        yield visitor


@pytest.fixture
def visitor(served: Visitor) -> Visitor:
    served.enter()
    return served


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", "", "[::1]"])
def test_e11_another_name_for_this_machine_is_refused(visitor: Visitor, host: str) -> None:
    for path in ("/", "/assets/page.js", *PATHS):
        assert visitor(path, Host=host).status == 403, path
    assert visitor.enter(Host=host).status == 403


def test_both_names_of_this_machine_are_known(visitor: Visitor) -> None:
    for host in ("127.0.0.1", "localhost"):
        assert visitor("/standing", Host=f"{host}:{visitor.port}").status == 200


def test_e11_nobody_sees_a_message_without_the_token(visitor: Visitor) -> None:
    for cookie in ("", "mailgrid=1", f"{visitor.cookie}x", visitor.cookie.partition("=")[0], "=;=", "\\"):
        visitor.cookie = cookie
        for path in ("/changes", *PATHS, "/messages/1/parts/0", "/messages/99", "/nowhere"):
            answer = visitor(path)
            assert (answer.status, b"Dear" in answer.body) == (401, False), (path, cookie)
    assert visitor("/").status == visitor("/assets/page.css").status == 200


@pytest.mark.parametrize("word", ["", "x", "é", "\udc80", "x" * 5000])
def test_a_wrong_word_opens_nothing(visitor: Visitor, word: str) -> None:
    answer = visitor.enter(word.encode("utf-8", "surrogatepass").decode("latin-1"))
    assert answer.status in {401, 413}
    assert "set-cookie" not in answer.headers


def test_the_cookie_is_for_this_server_and_not_for_scripts(visitor: Visitor) -> None:
    cookie = visitor.enter().headers["set-cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith(f"mailgrid-{visitor.port}=")
    assert attributes == ["Path=/", "HttpOnly", "SameSite=Strict"]
    assert visitor.door.token not in cookie


def test_a_ticket_is_good_for_once(visitor: Visitor) -> None:
    ticket = visitor.door.ticket()
    assert ticket != visitor.door.token
    assert [visitor.enter(ticket).status for _ in range(2)] == [204, 401]


@pytest.mark.parametrize("origin", [None, "", "null", "http://evil.example", "http://127.0.0.1:1", "https://127.0.0.1"])
def test_e11_another_site_can_change_nothing(visitor: Visitor, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin}
    assert visitor("/session", method="POST", body=visitor.door.token, **headers).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_e11_another_sites_page_sees_nothing_though_the_browser_sends_the_cookie(visitor: Visitor, site: str) -> None:
    assert {visitor(path, Sec_Fetch_Site=site).status for path in PATHS} == {403}
    assert {visitor(path, Sec_Fetch_Site="same-origin").status for path in PATHS} == {200}


def test_only_reading_is_possible(visitor: Visitor) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in PATHS:
            assert visitor(path, method=method, Origin=visitor.origin).status in {404, 405}


def test_every_answer_tells_the_browser_what_it_may_do(visitor: Visitor) -> None:
    paths = ("/", "/assets/page.js", "/nowhere", *PATHS)
    for path in paths:
        headers = visitor(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-eval" not in policy
        assert ("'unsafe-inline'" in policy) == path.endswith("/sheet")  # styles stand in mail, and nothing else does
        assert "frame-ancestors 'none'" in policy or path.endswith("/sheet")
    assert visitor("/standing", Host="evil.example").headers["cache-control"] == "no-store"

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Secret
from mailgrid.testing import check_source
from tests.plugins.opening import open_kind
from tests.plugins.web.web_server import Page, WebServer, web_server

CSV = b"email,name\nann@x.example,Ann\nbob@x.example,Bob\n"


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    with web_server(tmp_path_factory.mktemp("web"), "other.test") as server:
        yield server


@pytest.fixture
def server(serving: WebServer) -> WebServer:
    serving.pages = {"/list": Page(CSV)}
    serving.asked.clear()
    return serving


def opened(server: WebServer, path: str = "/list", **options: Any) -> Any:
    settings: dict[str, Any] = {"ca": server.ca} | options
    url = path if "://" in path else server.url(path)
    return open_kind("sources.http", url, allow_hosts=("localhost", f"127.0.0.1:{server.port}"), **settings)


def rows(server: WebServer, path: str = "/list", **options: Any) -> list[list[Any]]:
    with closing(opened(server, path, **options)) as source:
        return [list(cells) for _, cells in source.rows([column.name for column in source.columns])]


def error(server: WebServer, path: str = "/list", **options: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        rows(server, path, **options)
    return caught.value


def test_keeps_the_contract(server: WebServer) -> None:
    check_source(lambda: opened(server))


def test_it_says_who_asks(server: WebServer) -> None:
    rows(server, token=Secret("t0p"))
    rows(server, token=Secret("t0p"), token_header="X-Key", headers=("Accept-Language: de",))
    rows(server, user="ann", password=Secret("pw"))
    first, second, third = (headers for _, _, headers in server.asked)
    assert first["Authorization"] == "Bearer t0p"
    assert (second["X-Key"], second["Accept-Language"], second.get("Authorization")) == ("t0p", "de", None)
    assert third["Authorization"] == "Basic YW5uOnB3"


def test_credentials_do_not_follow_to_another_host(server: WebServer) -> None:
    server.pages["/away"] = Page(status=302, headers={"Location": server.url("/list", "127.0.0.1")})
    server.pages["/here"] = Page(status=307, headers={"Location": "/list"})
    assert len(rows(server, "/here", token=Secret("t0p"))) == 2
    assert server.asked[-1][2]["Authorization"] == "Bearer t0p"
    assert "certificate is not trusted" in error(server, "/away", token=Secret("t0p")).message
    assert all("Authorization" not in headers for host, _, headers in server.asked if host != "localhost")


@pytest.mark.parametrize("packing", ["gzip", "x-gzip"])
def test_packing_is_undone(server: WebServer, packing: str) -> None:
    server.pages["/packed"] = Page(gzip.compress(CSV), headers={"Content-Encoding": packing})
    assert len(rows(server, "/packed")) == 2


def test_a_bomb_goes_off_against_the_limit(server: WebServer) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join([packer.compress(b"email\n" + b"a\n" * 20_000_000), packer.flush()])
    assert len(bomb) < 60_000
    server.pages["/bomb"] = Page(bomb, headers={"Content-Encoding": "gzip"})
    assert error(server, "/bomb", max_size=1_000_000).message == "the answer is larger than `max_size`"


@pytest.mark.parametrize(
    "page, message",
    [
        (Page(status=403), "answers 403 Forbidden"),
        (Page(CSV, cut=10), "cannot be read to its end: the answer ends early"),
        (Page(gzip.compress(CSV)[:-9], headers={"Content-Encoding": "gzip"}), "ends early"),
        (Page(b"\x1f\x8bnonsense", headers={"Content-Encoding": "gzip"}), "cannot be read to its end"),
        (Page(CSV, headers={"Content-Encoding": "br"}), "the answer is packed as `br`"),
        (Page(b""), "is empty"),
        (Page(status=302, headers={"Location": "/bad"}), "it redirects without end"),
        (Page(status=302, headers={"Location": "ftp://x/"}), "it redirects to ftp://x/: only https is asked"),
        (Page(status=302, headers={"Location": "https://[::1"}), "it redirects to"),
    ],
)
def test_answers_that_are_none(server: WebServer, page: Page, message: str) -> None:
    server.pages["/bad"] = page
    assert message in error(server, "/bad").message


def test_a_certificate_of_nobody_is_not_trusted(server: WebServer) -> None:
    assert "its certificate is not trusted" in error(server, ca=None).message


@pytest.mark.parametrize(
    "options, message",
    [
        ({"token": Secret("x"), "user": "y"}, "`http` wants one of `token` and `user`"),
        ({"token": Secret("x\r\nHost: y")}, "the header `Authorization` cannot be sent"),
        ({"headers": ("x",)}, "a header is written Name: value"),
        ({"page": "page"}, "pages are `format json` or `format jsonl`"),
        ({"encoding": "utf-9"}, "there is no text encoding `utf-9`"),
    ],
)
def test_options_that_do_not_fit(server: WebServer, options: dict[str, Any], message: str) -> None:
    assert message in error(server, **options).message


PEOPLE = [{"email": f"p{number}@x.example"} for number in range(5)]


def test_pages_by_a_link(server: WebServer) -> None:
    first = {"Link": '</people>; rel=prev, </people?p=2>; title="a; b"; rel="x next"'}
    server.pages["/people"] = Page(json.dumps(PEOPLE[:2]).encode(), headers=first)
    server.pages["/people?p=2"] = Page(json.dumps(PEOPLE[2:]).encode())
    assert rows(server, "/people", format="json", next="link") == [[each["email"]] for each in PEOPLE]


def test_pages_by_a_field(server: WebServer) -> None:
    def page(people: list[Any], following: str | None) -> Page:
        return Page(json.dumps({"data": {"items": people}, "paging": {"next": following}}).encode())

    server.pages["/people"] = page(PEOPLE[:2], "/people?p=2")
    server.pages["/people?p=2"] = page([], server.url("/people?p=3"))
    server.pages["/people?p=3"] = page(PEOPLE[2:], None)
    options = {"format": "json", "records": "data.items", "next": "paging.next"}
    assert rows(server, "/people", **options) == [[each["email"]] for each in PEOPLE]
    server.pages["/people"] = page(PEOPLE[:2], "c/2")
    server.pages["/people?after=c%2F2"] = page(PEOPLE[2:], None)
    assert rows(server, "/people", page="after", **options) == [[each["email"]] for each in PEOPLE]
    server.pages["/people?after=c%2F2"] = page(PEOPLE[2:], "c/2")
    assert "this page comes again" in error(server, "/people", page="after", **options).message


def test_pages_by_number(server: WebServer) -> None:
    lines = [json.dumps(each).encode() for each in PEOPLE]
    server.pages["/people?n=2"] = Page(b"\n".join(lines[:3]))
    server.pages["/people?n=2&page=2"] = Page(b"\n".join(lines[3:]))
    server.pages["/people?n=2&page=3"] = Page()
    assert rows(server, "/people?n=2", format="jsonl", page="page") == [[each["email"]] for each in PEOPLE]


def test_a_page_that_fails_ends_it(server: WebServer) -> None:
    server.pages["/people"] = Page(b'[{"email": "a@x"}]', headers={"Link": "</gone>; rel=next"})
    assert error(server, "/people", format="json", next="link").message == "answers 404 Not Found"
    server.pages["/gone"] = Page(b'{"items": 3}')
    assert error(server, "/people", format="json", next="link").message == "is no list"
    assert error(server, "/people", format="json", next="link").file == server.url("/gone")

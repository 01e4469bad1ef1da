"""What is read out of a log, whoever wrote it and however damaged it is."""

import gzip
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.errors import UsageError
from mailgrid.maillog.log_entry import Kind
from mailgrid.maillog.log_file import LogFile
from mailgrid.maillog.stamp import Stamps
from mailgrid.maillog.trace import Traces
from tests.maillog.samples import EXIM, POSTFIX

WRITTEN = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
NAMES = ("<1.ann@acme.example>", "<1.bob@acme.example>", "<1.broken.off@acme.example>", "<1.nobody@acme.example>")


def at(clock: str) -> float:
    return datetime.fromisoformat(f"2026-11-24T{clock}Z").timestamp()


def written(path: Path, content: bytes) -> LogFile:
    path.write_bytes(content)
    os.utime(path, (WRITTEN.timestamp(), WRITTEN.timestamp()))
    return LogFile(path, UTC)


def with_full_stamps(log: str) -> str:
    return log.replace("Nov 24 15", "2026-11-24T15").replace(" mx ", ".125+00:00 mx ")


LOGS = {
    "postfix": POSTFIX,
    "postfix, RFC 3339": with_full_stamps(POSTFIX),
    "postfix, another instance": POSTFIX.replace("postfix/", "postfix-out/submission/"),
    "exim": EXIM,
    "exim, with an offset": EXIM.replace(" 1xV", " +0000 1xV"),
    "exim, with milliseconds and pid": EXIM.replace(" 1xV", ".250 [11066] 1xV"),
    "exim, through syslog": "".join(f"Nov 24 15:40:46 mx exim[11]: {line}\n" for line in EXIM.splitlines()),
    "exim 4.97": re.sub(r"\b(\w{6})-(\w{6})-(\w\w)\b", r"\1-00000\2-00\3", EXIM),
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("log", LOGS.values(), ids=LOGS)
def test_a_message_is_found_by_its_name(tmp_path: Path, log: str, packed: bool) -> None:
    octets = log.encode()
    traces = Traces(NAMES)
    found = traces.read([written(tmp_path / "log", gzip.compress(octets) if packed else octets)])
    assert list(found) == ["<1.ann@acme.example>", "<1.bob@acme.example>"]
    assert found["<1.ann@acme.example>"].time == pytest.approx(at("15:40:46"), abs=0.5)
    assert found["<1.bob@acme.example>"].recipients >= {"bob@mail.example"}
    assert [traces.mentions(name) for name in NAMES[2:]] == ["postfix" in log, False]
    assert traces.covers(at("15:40:47"), at("15:40:49"))
    assert not traces.covers(at("15:40:30"), at("15:40:49"))
    assert not traces.covers(at("15:40:47"), at("15:41:00"))


@pytest.mark.parametrize("log", [POSTFIX, EXIM], ids=["postfix", "exim"])
def test_outcomes_are_read_with_their_codes(tmp_path: Path, log: str) -> None:
    entries = [entry for entry in written(tmp_path / "log", log.encode()) if entry.recipients]
    found = [(entry.kind, set(entry.recipients), entry.enhanced) for entry in entries]
    taken = "2.0.0" if "postfix" in log else ""
    assert found == [
        (Kind.DELIVERED, {"ann@mail.example"}, taken),
        (Kind.BOUNCED, {"robert@mail.example", "bob@mail.example"}, "5.1.1"),
        (Kind.BOUNCED, {"full@mail.example"}, "5.2.2"),
        (Kind.DEFERRED, {"later@mail.example"}, "4.2.0"),
    ]
    assert "no such user" in entries[1].text


def test_a_message_without_a_name_is_nobodys(tmp_path: Path) -> None:
    assert not Traces([""]).read([written(tmp_path / "log", EXIM.encode())])


def test_a_message_for_somebody_else_is_another_one(tmp_path: Path) -> None:
    (trace,) = Traces(NAMES[:1]).read([written(tmp_path / "log", POSTFIX.encode())]).values()
    assert trace.is_of("Ann@mail.example")
    assert not trace.is_of("bob@mail.example")


def test_a_queue_id_that_is_used_again_means_another_message(tmp_path: Path) -> None:
    again = POSTFIX + POSTFIX.replace("1.ann@", "2.ann@").replace("to=<ann@", "to=<zoe@")
    (trace,) = Traces(NAMES[:1]).read([written(tmp_path / "log", again.encode())]).values()
    assert trace.recipients == {"ann@mail.example"}


def test_parts_of_a_log_go_on_where_the_others_end(tmp_path: Path) -> None:
    parts = []
    for number, hour in enumerate(("15:40", "15:48", "17:00")):
        log = POSTFIX.replace("15:40", hour).replace("Nov 24", "Nov 23")
        parts.append(written(tmp_path / str(number), log.encode()))
    traces = Traces(())
    traces.read(reversed(parts))
    day = 86_400.0
    assert traces.covers(at("15:40:47") - day, at("15:48:49") - day)
    assert not traces.covers(at("15:40:47") - day, at("17:00:49") - day)


@pytest.mark.parametrize(
    "stamp, until, moment",
    [
        ("Dec 31 23:59:59", "2026-01-01T00:10Z", "2025-12-31T23:59:59Z"),
        ("Jan  1 00:00:01", "2026-01-01T00:10Z", "2026-01-01T00:00:01Z"),
        ("Feb 29 12:00:00", "2026-05-01T00:00Z", "2024-02-29T12:00:00Z"),
        ("2026-02-03T04:05:06.5+02:00", "2026-05-01T00:00Z", "2026-02-03T02:05:06.5Z"),
        ("2026-02-03T04:05:06Z", "2026-05-01T00:00Z", "2026-02-03T04:05:06Z"),
    ],
)
def test_a_stamp_is_a_moment(stamp: str, until: str, moment: str) -> None:
    found = Stamps(datetime.fromisoformat(until), UTC)(f"{stamp} mx rest of it")
    assert found == (datetime.fromisoformat(moment).timestamp(), "rest of it")


@pytest.mark.parametrize("line", ["", "Feb 31 12:00:00 mx x", "0000-00-00 00:00:00 x", "Abc 12 12:00:00 mx x", "\0"])
def test_what_is_no_stamp_is_none(line: str) -> None:
    assert Stamps(WRITTEN, UTC)(line) is None


@given(
    log=st.sampled_from([POSTFIX, EXIM]),
    cuts=st.lists(st.tuples(st.integers(0, 1500), st.binary(max_size=6)), max_size=20),
)
def test_damaged_lines_are_passed_over(log: str, cuts: list[tuple[int, bytes]]) -> None:
    octets = bytearray(log.encode())
    for place, junk in cuts:
        octets[place : place + len(junk)] = junk
    stamps = Stamps(WRITTEN, UTC)
    wanted = Traces(NAMES)
    entries = list(LogFile(Path(), UTC)._read(bytes(octets).splitlines(keepends=True), stamps))
    assert len(entries) <= len(octets.splitlines())
    wanted._follow(entries)
    assert set(wanted._found) <= set(NAMES)


@given(st.text())
def test_no_line_is_a_mistake(line: str) -> None:
    assert all(entry.queue for entry in LogFile(Path(), UTC)._read([line.encode("utf-8", "replace")], Stamps(WRITTEN)))


def test_a_line_without_end_takes_no_memory(tmp_path: Path) -> None:
    log = written(tmp_path / "log", b"x" * 1_000_000 + b"\n" + POSTFIX.encode())
    assert len(list(log)) == 10


@pytest.mark.parametrize("content", [gzip.compress(POSTFIX.encode())[:-20], b"\x1f\x8bnothing"])
def test_a_packed_log_that_is_broken_is_named(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        list(written(tmp_path / "log.gz", content))


def test_a_log_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        list(LogFile(tmp_path / "log"))

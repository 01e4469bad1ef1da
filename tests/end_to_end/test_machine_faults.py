"""What goes wrong with the machine itself: its disk, its files, its clock, its processes."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgrid.testing import SmtpServer
from tests.end_to_end.campaign_folder import CampaignFolder, Ended, recipients, smtp
from tests.patience import wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of other processes and mounts are Linux's")


def held_together(folder: CampaignFolder, server: SmtpServer, *options: str) -> dict[str, str]:
    """Hold the ledger against what the server took, and return the states by address."""
    states = {row["address"]: row["status"] for row in folder.run("log", "welcome", "--json", *options).lines}
    taken = Counter(recipients(server.messages))
    sent = {address for address, state in states.items() if state == "sent"}
    open_ones = {address for address, state in states.items() if state in {"in_doubt", "sending"}}
    assert max(taken.values()) == 1
    assert sent <= taken.keys() <= sent | open_ones
    return states


def gone_on(folder: CampaignFolder, server: SmtpServer, addresses: list[str], *options: str) -> None:
    """Run again, without the fault: each has it once, or is in doubt."""
    ended = folder.run("apply", "welcome.mailgrid", "--yes", *options)
    assert ended.code in {0, 1}, ended.err
    states = held_together(folder, server, *options)
    assert sorted(states) == addresses
    assert set(states.values()) <= {"sent", "in_doubt"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of half a megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", disk], check=True)


def remount(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", disk], check=True)


def test_a_disk_that_is_full_ends_the_run_and_nobody_gets_two(folder: CampaignFolder, small_disk: Path) -> None:
    addresses = folder.people(1000)
    with SmtpServer() as server:
        folder.campaign(smtp(server), "workers 2")
        full = folder.run("apply", "welcome.mailgrid", "--yes", "--ledger", str(small_disk))
        assert (full.code, "the disk is full" in full.out + full.err) == (5, True), full
        assert "what was recorded is kept" in full.out + full.err
        assert 0 < len(server.messages) < 1000
        remount(small_disk, "size=64m")
        held_together(folder, server, "--ledger", str(small_disk))
        gone_on(folder, server, addresses, "--ledger", str(small_disk))


def test_a_file_that_may_not_grow_any_more_ends_the_run_too(folder: CampaignFolder) -> None:
    addresses = folder.people(60)
    with SmtpServer() as server:
        folder.campaign(smtp(server), "rate 40/s burst 1")
        process = folder.start("apply", "welcome.mailgrid", "--yes")
        wait_for(lambda: len(server.messages) >= 5)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, 4096))
        out, err = process.communicate(timeout=60)
        assert (process.returncode, "the disk reports an error" in out + err) == (5, True), err
        assert len(server.messages) < 60
        gone_on(folder, server, addresses)


def test_a_ledger_that_cannot_be_written_sends_nothing(folder: CampaignFolder, small_disk: Path) -> None:
    addresses = folder.people(3)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        ledger = ("--ledger", str(small_disk))
        folder.run("apply", "welcome.mailgrid", "--yes", "--take", "1", *ledger)
        remount(small_disk, "ro")
        refused = folder.run("apply", "welcome.mailgrid", "--yes", *ledger)
        remount(small_disk, "rw")
        assert (refused.code, len(server.messages)) == (5, 1)
        assert "read-only" in refused.err
        gone_on(folder, server, addresses, *ledger)


def damaged(folder: CampaignFolder, octets: bytes, begin: int) -> bytes:
    """Write over the ledger, and return what was in it."""
    file = folder.path / ".mailgrid" / "welcome.db"
    before = file.read_bytes()
    file.write_bytes(before[:begin] + octets * ((len(before) - begin) // len(octets)))
    return before


@pytest.mark.parametrize(
    ("octets", "begin", "words"),
    [(b"\xff", 4096, "the file is damaged"), (b"\x00\x00", 0, "the file is no SQLite database")],
)
def test_a_ledger_that_is_damaged_sends_nothing_and_says_how_to_go_on(
    folder: CampaignFolder, octets: bytes, begin: int, words: str
) -> None:
    addresses = folder.people(300)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        folder.run("apply", "welcome.mailgrid", "--yes", "--take", "200")
        before = damaged(folder, octets, begin)
        refused = folder.run("apply", "welcome.mailgrid", "--yes")
        assert (refused.code, len(server.messages)) == (5, 200), refused.err
        assert words in refused.err
        assert "restore it from a backup" in refused.err
        (folder.path / ".mailgrid" / "welcome.db").write_bytes(before)
        gone_on(folder, server, addresses)


def test_a_ledger_of_a_newer_version_is_one_mistake(folder: CampaignFolder) -> None:
    folder.people(2)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        folder.run("apply", "welcome.mailgrid", "--yes", "--take", "1")
        file = folder.path / ".mailgrid" / "welcome.db"
        head = bytearray(file.read_bytes())
        head[60:64] = (99).to_bytes(4)  # user_version, https://www.sqlite.org/fileformat.html#the_database_header
        file.write_bytes(head)
        refused = folder.run("apply", "welcome.mailgrid", "--yes")
        assert (refused.code, refused.err.count("error"), len(server.messages)) == (2, 1, 1)
    assert "written by a newer Mailgrid" in refused.err


def test_two_campaigns_are_sent_at_once_and_neither_knows_of_the_other(folder: CampaignFolder) -> None:
    addresses = folder.people(40)
    with SmtpServer() as server:
        for name in ("one", "two"):
            folder.campaign(smtp(server), "rate 40/s burst 1", name=name)
        running = [folder.start("apply", f"{name}.mailgrid", "--yes") for name in ("one", "two")]
        ended = [Ended(process.wait(60), *process.communicate()) for process in running]
        assert [each.code for each in ended] == [0, 0], ended
        assert sorted(recipients(server.messages)) == sorted(addresses * 2)


def test_a_run_that_was_stopped_for_a_while_goes_on(folder: CampaignFolder) -> None:
    """The server hangs up meanwhile, as one does after a minute."""
    addresses = folder.people(40)
    with SmtpServer() as server:
        folder.campaign(smtp(server), "rate 20/s burst 1", "workers 2")
        process = folder.start("apply", "welcome.mailgrid", "--yes", "--json")
        wait_for(lambda: len(server.messages) >= 5)
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(0.3)
        before = len(server.messages)
        refused = folder.run("apply", "welcome.mailgrid", "--yes")
        for conversation in server._conversations:
            conversation.abort()
        time.sleep(1)
        assert (refused.code, len(server.messages)) == (4, before)
        os.kill(process.pid, signal.SIGCONT)
        out, err = process.communicate(timeout=60)
        assert process.returncode in {0, 1}, out + err
        states = held_together(folder, server)
    assert sorted(states) == addresses
    assert list(states.values()).count("in_doubt") <= 2

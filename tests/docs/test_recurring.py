"""The page about recurring mailings: systemd reads its units, click its commands, and `check` its campaigns."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from mailgrid.cli.main import main
from tests.docs.pages import ROOT, Block, blocks

PAGE = ROOT / "docs" / "recurring.md"
FILES = {block.file: block for block in blocks(PAGE) if block.file}
ANALYZE = shutil.which("systemd-analyze")
#: Minute, hour, day of the month, month, day of the week, and the command.
CRON = re.compile(r"([\d*/,-]+) +([\d*/,-]+) +([\d*]+) +([\d*]+) +([\d*,]+) +(.+)")


def runs() -> list[list[str]]:
    """The words after `mailgrid` of every run that the page shows."""
    return [shlex.split(line) for line in re.findall(r"mailgrid (apply .+)", PAGE.read_text("utf-8"))]


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_systemd_has_nothing_against_its_units(tmp_path: Path) -> None:
    units = [write(block, tmp_path) for name, block in FILES.items() if name.startswith("mailgrid-")]
    assert len(units) == 2
    told = subprocess.run([str(ANALYZE), "verify", *units], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout + told.stderr) == (0, "")


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_the_timer_comes_at_the_times_that_the_page_tells() -> None:
    (when,) = re.findall(r"OnCalendar=(.+)", FILES["mailgrid-weekly.timer"].text)
    told = subprocess.run(
        [str(ANALYZE), "calendar", "--base-time=2026-05-01", "--iterations=37", when],
        capture_output=True, text=True, check=True, env={"TZ": "Europe/Paris"},
    ).stdout  # fmt: skip
    assert re.search(r"Next elapse: Mon 2026-05-04 09:00:00", told)
    assert "Mon 2026-05-11 09:00:00" in told


def write(block: Block, folder: Path) -> Path:
    path = folder / block.file
    path.write_text(block.text, "utf-8")
    return path


def test_cron_can_read_its_lines() -> None:
    lines = FILES["crontab"].text.splitlines()
    jobs = [line for line in lines if not re.fullmatch(r"[A-Z_]+=\S+", line)]
    assert len(jobs) == 2
    assert all(CRON.fullmatch(job) for job in jobs)


def test_every_run_is_of_a_campaign_of_the_page_and_of_options_that_there_are() -> None:
    command = main.get_command(click.Context(main), "apply")
    assert command is not None
    for words in runs():
        context = command.make_context("apply", words[1:])
        assert context.params["file"].name in FILES
        assert context.params["no_wait"]

"""What docs/cluster.md tells to type works."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
import yaml

from tests.cluster.yard import drained, ended, yard
from tests.postgres import postgres

PAGE = (Path(__file__).parents[2] / "docs" / "cluster.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def url(role: str, database: str) -> str:
    (folder,) = parse_qs(urlsplit(postgres()).query)["host"]
    return f"postgresql://{role}@/{database}?host={folder}"


def run_sql(role: str, database: str, statements: str) -> None:
    with psycopg.connect(url(role, database), autocommit=True) as connection:
        connection.execute(statements.encode())


def test_each_role_can_do_its_part_and_a_host_cannot_change_what_others_send(tmp_path: Path) -> None:
    make, grant = blocks("sql")
    database = f"roles{os.getpid()}"
    run_sql("postgres", "postgres", f"CREATE DATABASE {database}")
    run_sql("postgres", database, make)
    with yard(tmp_path) as place:
        assert ended(place.start("worker", url("mailgrid_owner", database), "--prepare")).code == 0
        run_sql("mailgrid_owner", database, grant)
        people = place.folder.people(30)
        place.campaign()
        host = place.start("worker", url("mailgrid_host", database), "--name", "host", "--json")
        place.url = url("mailgrid_coordinator", database)
        end = ended(place.apply("--chunk", "10"))
        assert end.code == 0, end.err
        told = drained(host)
        assert not [line for line in told if line["event"] in {"trouble", "database", "sweep", "queue"}]
        place.check(people)
    for forbidden in (
        "INSERT INTO mailgrid.cluster_bundles VALUES ('0', '')",
        "UPDATE mailgrid.cluster_bundles SET content = ''",
        "UPDATE mailgrid.cluster_runs SET bundle = '0'",
        "INSERT INTO mailgrid.cluster_people VALUES (1, 1, '[]')",
        "UPDATE mailgrid.cluster_people SET people = '[]'",
        "UPDATE mailgrid.cluster_files SET content = ''",
        "INSERT INTO mailgrid.cluster_enclosed VALUES (1, 'a', 'b')",
        "DELETE FROM mailgrid.suppressed",
        "CREATE TABLE mailgrid.mine ()",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run_sql("mailgrid_host", database, forbidden)


def units() -> dict[str, str]:
    """Return the units of the page, by name, with a program that is there."""
    found = (block for block in blocks("ini") if "[Service]" in block)
    return {
        re.findall(r"/etc/systemd/system/(\S+):", unit)[0].replace("@", "@one"): unit.replace(
            "/opt/mailgrid/bin/mailgrid", "/bin/true"
        )
        for unit in found
    }


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for name, unit in units().items():
        (tmp_path / name).write_text(unit)
        verified = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)], capture_output=True, text=True, check=False
        )
        assert (verified.returncode, verified.stderr) == (0, "")


def test_compose_mounts_the_secrets_that_it_names(tmp_path: Path) -> None:
    (compose,) = blocks("yaml")
    document = yaml.safe_load(compose)
    assert set(document["secrets"]) == {"db", "pgpass", "relay"}
    for service in document["services"].values():
        files = [value for value in service["environment"].values() if value.startswith("/run/secrets/")]
        assert sorted(file.removeprefix("/run/secrets/") for file in files) == sorted(service["secrets"])
    docker = shutil.which("docker")
    if docker and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0:
        (tmp_path / "compose.yaml").write_text(compose)
        subprocess.run([docker, "compose", "config", "-q"], cwd=tmp_path, check=True)


def test_the_files_say_what_there_is_to_start() -> None:
    (compose,) = blocks("yaml")
    services = yaml.safe_load(compose)["services"]
    assert set(services) == {"db", "host", "coordinator"}
    units = [block for block in blocks("ini") if "[Service]" in block]
    started = re.findall(r"mailgrid (worker|apply) ", "".join(units) + compose)
    assert sorted(started) == ["apply", "apply", "worker", "worker"]

"""How fast each source gives its rows, and what it takes: `python -m tests.benchmarks.sources [ROWS] [DRIVER...]`.

Each source reads the same people, with four columns of which three are wanted, in a process of its own: rows a second,
and the most memory that was resident; what the process had before it opened the source stands in brackets. Beside them
what it costs that all plugins are installed and none is used.
"""

import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.benchmarks.web import READ_GOOGLE, served

_ODS = (
    (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="People">'
    ),
    "</table:table></office:spreadsheet></office:body></office:document-content>",
)
_MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
_READ = f"""{READ_GOOGLE}
import json, sys, time
from pathlib import Path
from tests.plugins.opening import open_kind
driver, location, root, options = sys.argv[1], sys.argv[2] or None, Path(sys.argv[3]), json.loads(sys.argv[4])
options = dict((name, tuple(value) if isinstance(value, list) else value) for name, value in options.items())
options |= dict((name, Path(options[name])) for name in ("ca",) if name in options)
def peak():
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
before = peak()
begun = time.perf_counter()
source = open_kind("sources." + driver, location, root=root, **options)
count = sum(1 for _ in source.rows(["email", "country", "age"]))
spent = time.perf_counter() - begun
source.close()
print(json.dumps([count, spent, peak(), before]))
"""


def people(count: int) -> Iterator[tuple[str, str, str, int]]:
    """Yield a list of people."""
    for number in range(count):
        yield f"person{number}@example{number % 50}.org", f"Person {number}", "FR" if number % 3 else "DE", number % 90


def _texts(folder: Path, count: int) -> None:
    for name, delimiter in (("people.csv", ","), ("people.tsv", "\t")):
        with (folder / name).open("w", newline="") as file:
            writer = csv.writer(file, delimiter=delimiter)
            writer.writerow(["email", "name", "country", "age"])
            writer.writerows(people(count))
    with (folder / "people.jsonl").open("w") as lines, (folder / "people.json").open("w") as listed:
        for number, (email, name, country, age) in enumerate(people(count)):
            record = json.dumps({"email": email, "name": name, "country": country, "age": age})
            lines.write(f"{record}\n")
            listed.write(f"{',' if number else '['}\n{record}")
        listed.write("]\n")


def _workbooks(folder: Path, count: int) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(folder / "people.xlsx", {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([("email", "name", "country", "age"), *people(min(count, 1_048_575))]):
            sheet.write_row(row, 0, cells)
    with zipfile.ZipFile(folder / "people.ods", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", _MANIFEST)
        with packed.open("content.xml", "w", force_zip64=True) as content:
            content.write(_ODS[0].encode())
            for cells in (("email", "name", "country", "age"), *people(count)):
                made = (
                    f'<table:table-cell office:value-type="string"><text:p>{each}</text:p></table:table-cell>'
                    for each in cells
                )
                content.write(f"<table:table-row>{''.join(made)}</table:table-row>".encode())
            content.write(_ODS[1].encode())


def _databases(folder: Path, count: int) -> str:
    database = sqlite3.connect(folder / "people.db")
    database.execute("CREATE TABLE people (email text, name text, country text, age integer)")
    database.executemany("INSERT INTO people VALUES (?, ?, ?, ?)", people(count))
    database.commit()
    database.close()
    import duckdb
    from sqlalchemy import create_engine, text

    from tests.postgres import postgres

    with duckdb.connect() as duck:
        duck.execute(f"COPY (SELECT * FROM read_csv('{folder}/people.csv')) TO '{folder}/people.parquet'")
    engine = create_engine(postgres())
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE crowd AS SELECT 'person' || n || '@example' || n % 50 || '.org' AS email, "
                "'Person ' || n AS name, CASE WHEN n % 3 = 0 THEN 'DE' ELSE 'FR' END AS country, n % 90 AS age "
                f"FROM generate_series(0, {count - 1}) AS n"
            )
        )
    return postgres()


def _show(
    label: str, location: str, folder: Path, options: Mapping[str, object], more: Mapping[str, str] = os.environ
) -> None:
    words = [sys.executable, "-c", _READ, label.split(maxsplit=1)[0], location, str(folder), json.dumps(options)]
    environment = {**os.environ, **more}
    ended = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    if ended.returncode:
        print(f"{label:20} failed: {ended.stderr.strip().splitlines()[-1]}")
        return
    count, spent, memory, before = json.loads(ended.stdout)
    print(f"{label:20} {count / spent:11,.0f} rows/s {count:10,} rows {memory:7.0f} MB ({before:.0f})")


def _start_up() -> None:
    """Print what loading all plugins costs, and which of their libraries it imports (none should be)."""
    program = (
        "import sys, time; import mailgrid.hookspecs, mailgrid.plugins;"
        "begun = time.perf_counter(), time.process_time();"
        "mailgrid.plugins.load(); spent = time.perf_counter() - begun[0]; busy = time.process_time() - begun[1];"
        "heavy = {'sqlalchemy', 'duckdb', 'python_calamine', 'google', 'http', 'ssl', 'json'} & set(sys.modules);"
        "print(f'{spent * 1000:.1f} ms, {busy * 1000:.1f} ms of CPU', *sorted(heavy))"
    )
    found = [subprocess.check_output([sys.executable, "-c", program], text=True).strip() for _ in range(15)]
    print(f"all plugins, none used: {min(found, key=lambda each: float(each.split(maxsplit=1)[0]))}")


def main() -> None:
    """Print the figures of each source."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    drivers = sys.argv[2:]
    os.environ["PYTHONPATH"] = str(Path.cwd())
    _start_up()
    folder = Path(tempfile.mkdtemp())
    try:
        _texts(folder, count)
        _workbooks(folder, count)
        server = _databases(folder, count)
        cat = f"{shutil.which('cat')} people.csv"
        query = {"query": "SELECT * FROM people"}
        tables = {"tables": ["p=people.csv"], "query": "SELECT * FROM p"}
        for label, location, options in (
            ("csv", "people.csv", {}),
            ("tsv", "people.tsv", {}),
            ("jsonl", "people.jsonl", {}),
            ("json", "people.json", {}),
            ("xlsx", "people.xlsx", {}),
            ("ods", "people.ods", {"max_size": 1 << 31}),
            ("sql sqlite", "sqlite:///people.db", query),
            ("sql postgresql", server, {"query": "SELECT * FROM crowd"}),
            ("parquet", "people.parquet", {}),
            ("files (a csv)", "", tables),
            ("exec (cat)", cat, {}),
        ):
            if not drivers or label.split()[0] in drivers:
                _show(label, location, folder, options)
        with served(folder) as found:
            for label, location, own, environment in found:
                if not drivers or label.split()[0] in drivers:
                    _show(label, location, folder, own, environment)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

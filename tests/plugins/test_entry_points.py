import subprocess
import sys
from importlib.metadata import entry_points

import pluggy

from mailgrid import hookspecs
from mailgrid.hookspecs import ObserverKind, SourceKind, TransportKind

BUILT_IN = {
    "csv",
    "exec",
    "files",
    "http",
    "json",
    "jsonl",
    "log",
    "maildir",
    "ods",
    "parquet",
    "report",
    "sandbox",
    "sheets",
    "smtp",
    "sql",
    "stdout",
    "tsv",
    "webhook",
    "xlsx",
}


def registered() -> dict[str, SourceKind | TransportKind | ObserverKind]:
    manager = pluggy.PluginManager("mailgrid")
    manager.add_hookspecs(hookspecs)
    for entry in entry_points(group="mailgrid"):
        if entry.name in BUILT_IN:
            manager.register(entry.load(), entry.name)
    manager.check_pending()
    kinds: list[SourceKind | TransportKind | ObserverKind] = []
    manager.hook.register_sources(register=kinds.append)
    manager.hook.register_transports(register=kinds.append)
    manager.hook.register_observers(register=kinds.append)
    return {kind.name: kind for kind in kinds}


def test_the_built_in_kinds_enter_by_the_door_of_strangers() -> None:
    assert registered().keys() == BUILT_IN


def test_every_option_says_what_it_is() -> None:
    for kind in registered().values():
        assert kind.help
        for option in kind.options:
            assert option.help
            assert option.default in {None, *option.choices} or option.type.value != "word"


def test_only_what_reaches_people_says_so() -> None:
    transports = [kind for kind in registered().values() if isinstance(kind, TransportKind)]
    assert {kind.name for kind in transports if kind.reaches_people} == {"smtp"}


HEAVY = [
    *("smtplib", "ssl", "aiosmtpd", "asyncio", "gzip", "email", "mailbox", "http", "json", "decimal", "subprocess"),
    *("sqlalchemy", "psycopg", "pymysql", "duckdb", "python_calamine", "google", "zipfile"),
]


def test_loading_them_imports_nothing_heavy() -> None:
    built_in = [entry for entry in entry_points(group="mailgrid") if entry.name in BUILT_IN]
    assert len(built_in) == len(BUILT_IN)
    program = (
        f"import sys, pluggy; before = set(sys.modules); import {', '.join(entry.module for entry in built_in)};"
        f"print(*sorted({set(HEAVY)!r} & (set(sys.modules) - before)))"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True).split() == []

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Option, OptionType, Secret
from mailgrid.language.campaign import Driver, Quoted, Reference, Setting
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.text import Span, Text
from mailgrid.planning.options import Options, look_up

SPAN = Span(Text("welcome.mailgrid", 'password secret("X")'), 9, 20)
KEY = "s3cret-canary"


def option(kind: OptionType, **more: Any) -> Option:
    return Option(name="it", type=kind, help="it", **more)


def resolve(folder: Path, path: str) -> Path:
    if path.startswith("/"):
        raise SourceError(f"`{path}` lies outside the project", hint="move it")
    return folder / path


def completed(declared: Option, value: object, environment: Mapping[str, str] | None = None) -> tuple[Any, list[str]]:
    diagnostics = Diagnostics()
    written = {} if value is None else {"it": Setting(SPAN, value)}
    driver = Driver(span=SPAN, driver="smtp", driver_span=SPAN, options=written, folder=Path("home"))
    options = Options(environment or {}, resolve).complete(driver, (declared,), diagnostics)
    return options["it"], [f"{one.code} {one.message}" for one in diagnostics]


def from_outside(kind: OptionType, text: str, **more: Any) -> tuple[Any, list[str]]:
    return completed(option(kind, **more), Reference(SPAN, "env", "X"), {"X": text})


def test_what_is_not_written_has_its_default() -> None:
    assert completed(option(OptionType.INTEGER, default=25), None) == (25, [])


def test_what_is_written_is_typed_already() -> None:
    assert completed(option(OptionType.INTEGER, default=25), 587) == (587, [])


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (OptionType.TEXT, "localhost", "localhost"),
        (OptionType.INTEGER, "587", 587),
        (OptionType.NUMBER, "0.5", Decimal("0.5")),
        (OptionType.FLAG, "Yes", True),
        (OptionType.FLAG, "0", False),
        (OptionType.DURATION, "1m30s", timedelta(seconds=90)),
        (OptionType.DURATION, "250ms", timedelta(milliseconds=250)),
        (OptionType.SIZE, "25MB", 25_000_000),
        (OptionType.SIZE, "1.5KiB", 1536),
        (OptionType.SECRET, KEY, Secret(KEY)),
        (OptionType.PATH, "ca.pem", Path("home/ca.pem")),
        (OptionType.LIST, "a, b", ("a", "b")),
    ],
)
def test_a_text_from_outside_is_read_as_the_option_s_type(kind: OptionType, text: str, value: object) -> None:
    assert from_outside(kind, text) == (value, [])


@pytest.mark.parametrize("kind", [OptionType.WORD, OptionType.INTEGER])
def test_a_choice_may_come_from_outside_too(kind: OptionType) -> None:
    assert from_outside(kind, "auto", choices=("auto",)) == ("auto", [])


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (OptionType.INTEGER, "many"),
        (OptionType.INTEGER, "9" * 5000),
        (OptionType.NUMBER, "NaN"),
        (OptionType.NUMBER, "x"),
        (OptionType.FLAG, "perhaps"),
        (OptionType.DURATION, "5 minutes"),
        (OptionType.DURATION, ""),
        (OptionType.DURATION, "9" * 30 + "w"),
        (OptionType.SIZE, "big"),
        (OptionType.SIZE, "25"),
        (OptionType.WORD, "auto"),
    ],
)
def test_what_cannot_be_read_is_said_without_the_text(kind: OptionType, text: str) -> None:
    assert from_outside(kind, text) == (None, [f"MG615 the value for `it` is no {kind.value}"])


@given(st.sampled_from([kind for kind in OptionType if kind is not OptionType.PATH]), st.text())
def test_no_text_from_outside_is_a_traceback(kind: OptionType, text: str) -> None:
    value, messages = from_outside(kind, text)
    assert (value is None) == bool(messages)


def test_a_path_that_leaves_the_project_is_refused_written_or_not() -> None:
    for value, messages in (
        completed(option(OptionType.PATH), "/etc/passwd"),
        from_outside(OptionType.PATH, "/etc/passwd"),
    ):
        assert value == "/etc/passwd"  # as it was written, never a path on disk
        assert messages == ["MG402 `/etc/passwd` lies outside the project"]


def test_a_variable_that_is_not_set_is_said() -> None:
    value, messages = completed(option(OptionType.TEXT), Reference(SPAN, "env", "X"))
    assert value is None
    assert messages == ["MG605 the environment has no X"]
    assert completed(option(OptionType.INTEGER), Reference(SPAN, "env", "X", "25")) == (25, [])


def test_an_empty_variable_is_set() -> None:
    assert look_up(Reference(SPAN, "env", "X", "default"), {"X": ""}, Diagnostics()) == ""


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\r\n")
    environment = {"X_FILE": str(tmp_path / "key")}
    value, messages = completed(option(OptionType.SECRET), Reference(SPAN, "secret", "X"), environment)
    assert (value.reveal(), messages) == (KEY, [])
    assert KEY not in repr(value)
    assert completed(option(OptionType.TEXT), Reference(SPAN, "env", "X"), environment)[0] is None


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_a_secret_s_file_that_cannot_be_read_is_said(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    reference = Reference(SPAN, "secret", "X")
    value, messages = completed(option(OptionType.SECRET), reference, {"X_FILE": str(tmp_path / "key")})
    assert value is None
    assert messages[0].startswith("MG615 the file that X_FILE names cannot be read: ")


@pytest.mark.parametrize(
    ("location", "expected"),
    [(None, None), (Quoted(SPAN, "users.csv"), "users.csv"), (Reference(SPAN, "env", "X"), "here")],
)
def test_a_location_is_looked_up_where_it_is_a_reference(
    location: Quoted | Reference | None, expected: str | None
) -> None:
    driver = Driver(span=SPAN, driver="csv", driver_span=SPAN, location=location)
    assert Options({"X": "here"}, resolve).location(driver, Diagnostics()) == expected

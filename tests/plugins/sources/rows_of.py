"""A file, opened as a source: its rows, or what is wrong with it."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mailgrid.errors import SourceError
from mailgrid.hookspecs import Problem
from tests.plugins.opening import open_kind


class Listed:
    def __init__(self, driver: str, file: Path, content: bytes | str) -> None:
        self.problems: list[Problem] = []
        self._driver = driver
        self._file = file
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def open(self, **options: Any) -> Any:
        return open_kind(
            f"sources.{self._driver}", self._file.name, root=self._file.parent, report=self.problems.append, **options
        )

    def columns(self, **options: Any) -> dict[str, str | None]:
        with closing(self.open(**options)) as source:
            return {column.name: column.type for column in source.columns}

    def rows(self, *wanted: str, **options: Any) -> list[tuple[int, list[object]]]:
        with closing(self.open(**options)) as source:
            names = wanted or [column.name for column in source.columns]
            return [(line, list(cells)) for line, cells in source.rows(names)]

    def error(self, **options: Any) -> SourceError:
        with pytest.raises(SourceError) as caught:
            self.rows(**options)
        assert caught.value.file == self._file.name
        return caught.value

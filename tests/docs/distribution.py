"""A distribution, as a page shows it, made loadable without being built."""

import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["installed"]


@contextmanager
def installed(folder: Path, project: str) -> Iterator[None]:
    """Let what lies in `folder` be imported, under the name and with the entry points of a pyproject.toml."""
    table: dict[str, Any] = tomllib.loads(project)["project"]
    entries = [f"{name} = {module}" for name, module in table["entry-points"]["mailgrid"].items()]
    info = folder / f"{table['name'].replace('-', '_')}-{table['version']}.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {table['name']}\nVersion: {table['version']}\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    (info / "entry_points.txt").write_text("\n".join(["[mailgrid]", *entries, ""]), encoding="utf-8")
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder)):
                del sys.modules[name]

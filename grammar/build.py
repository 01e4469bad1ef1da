"""The build step that puts the parser's tables beside the grammar, in a wheel and in an editable install alike."""

import runpy
from pathlib import Path

from setuptools.command.build_py import build_py

__all__ = ["BuildTables"]


class BuildTables(build_py):
    """Write the tables before the package's files are collected."""

    def run(self) -> None:
        """Run the module beside this one by its path, for the package itself is not installed yet."""
        runpy.run_path(str(Path(__file__).with_name("tables.py")))["write"]()
        super().run()

"""A new plugin as a distribution that can be built, installed and tested as it is; its texts lie beside this file."""

from importlib.resources import files
from pathlib import Path
from string import Template

__all__ = ["FILES", "KINDS", "write_plugin"]

#: What a new plugin may be.
KINDS = ("source", "transport", "function", "observer")
#: Where its files go, by the text that each is made of; the module and its test have one text a kind.
FILES = {
    "pyproject.toml.txt": "pyproject.toml",
    "README.md.txt": "README.md",
    "$kind.py.txt": "$module.py",
    "test_$kind.py.txt": "tests/test_$module.py",
    "campaign_$kind.txt": "example/$module.mailgrid",
    "people_$kind.txt": "example/people.$suffix",
    "mailgrid.toml.txt": "example/mailgrid.toml",
}


def write_plugin(folder: Path, kind: str) -> list[Path]:
    """Write a plugin into a folder that is not there yet, and return its files.

    Args:
        folder: its name is the distribution's, like `acme-people`.
        kind: one of `KINDS`.

    Raises:
        OSError: it cannot be written.
    """
    name = folder.name
    words = {
        "name": name,
        "module": name.replace("-", "_"),
        "kind": kind,
        "A_kind": f"{'An' if kind == 'observer' else 'A'} {kind}",
        "suffix": "txt" if kind == "source" else "csv",
    }
    written = []
    for text, path in FILES.items():
        content = files(__package__).joinpath(Template(text).substitute(words)).read_text("utf-8")
        file = folder / Template(path).substitute(words)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(Template(content).substitute(words), "utf-8")
        written.append(file)
    return written

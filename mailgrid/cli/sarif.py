"""SARIF, the form in which code scanners exchange what they found (OASIS SARIF 2.1.0)."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from mailgrid import __version__
from mailgrid.language.diagnostics import Diagnostic, Edit, Note
from mailgrid.language.essay import Essay, essay
from mailgrid.language.frame import as_json
from mailgrid.language.secrecy import conceal
from mailgrid.language.text import Span
from mailgrid.library.checking import Checked

__all__ = ["sarif_log"]

Json = dict[str, object]


def sarif_log(checks: Sequence[Checked]) -> Json:
    """Return the log of one run, with a rule for each code that was found."""
    codes = sorted({diagnostic.code for checked in checks for diagnostic in checked.diagnostics})
    rules = {code: index for index, code in enumerate(codes)}
    driver = {"name": "mailgrid", "version": __version__, "rules": [_rule(code) for code in codes]}
    results = [_result(checked, diagnostic, rules) for checked in checks for diagnostic in checked.diagnostics]
    # Columns count characters, as everywhere here; without this word they would be UTF-16 code units.
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> Json:
    found = essay(code) or Essay(code, code, "")
    return {
        "id": code,
        "shortDescription": {"text": found.title},
        "help": {"text": "\n".join(found.lines()), "markdown": found.body},
        "defaultConfiguration": {"level": "warning" if code.startswith("W") else "error"},
    }


def _result(checked: Checked, diagnostic: Diagnostic, rules: Mapping[str, int]) -> Json:
    text = "\n".join(filter(None, (diagnostic.message, diagnostic.help_line)))
    result: Json = {
        "ruleId": diagnostic.code,
        "ruleIndex": rules[diagnostic.code],
        "level": diagnostic.severity,
        "message": {"text": text},
        "locations": [_location(checked, diagnostic.span)],
    }
    if related := [_related(checked, note) for note in diagnostic.notes if note.span]:
        result["relatedLocations"] = related
    if diagnostic.edit and as_json(diagnostic)["fix"]:
        result["fixes"] = list(_fixes(diagnostic.edit, diagnostic.help_line or diagnostic.message))
    return result


def _related(checked: Checked, note: Note) -> Json:
    return {**_location(checked, note.span), "message": {"text": conceal(note.text, note.span)}}


def _location(checked: Checked, span: Span | None) -> Json:
    name = span.text.name if span else str(checked.file)
    place: Json = {"artifactLocation": {"uri": _uri(name)}}
    if span:
        place["region"] = _region(span)
    return {"physicalLocation": place}


def _region(span: Span) -> Json:
    (line, column), (end_line, end_column) = span.text.position(span.start), span.text.position(span.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _fixes(edit: Edit, description: str) -> Iterator[Json]:
    replacement = {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
    change = {"artifactLocation": {"uri": _uri(edit.span.text.name)}, "replacements": [replacement]}
    yield {"description": {"text": description}, "artifactChanges": [change]}


def _uri(name: str) -> str:
    """Return a file's place as seen from here, for a log is read where the files lie elsewhere; else where it is."""
    path, here = Path(name).absolute(), Path.cwd()
    return quote(path.relative_to(here).as_posix()) if path.is_relative_to(here) else path.as_uri()

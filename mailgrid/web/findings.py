"""Findings: what is wrong with a message, of its bytes and of what a reader sees, as rows of the page."""

from collections.abc import Iterator

from mailgrid.doctor.content import check_content
from mailgrid.doctor.finding import Level
from mailgrid.message.finding import RULES
from mailgrid.message.inspection import inspect
from mailgrid.web.spool import Mail

__all__ = ["findings"]


def findings(mail: Mail) -> list[dict[str, str]]:
    """Return them, the worst first: `level` (error, warning or note), `what`, `why`, `mend`, `rule` and `link`."""
    found = [*_of_bytes(mail), *_of_content(mail)]
    return sorted(found, key=lambda each: ("error", "warning", "note").index(each["level"]))


def _of_bytes(mail: Mail) -> Iterator[dict[str, str]]:
    for each in inspect(mail.content):
        level = "error" if each.is_error else "warning"
        yield _row(level, f"line {each.line}: {each.message}", rule=f"{each.rule}, {RULES[each.rule]}")


def _of_content(mail: Mail) -> Iterator[dict[str, str]]:
    for each in check_content(mail.content, marketing=mail.marketing):
        if each.level is not Level.OK:
            yield _row(each.level.name.lower(), each.what, each.why, each.mend, each.check, each.link)


def _row(level: str, what: str, why: str = "", mend: str = "", rule: str = "", link: str = "") -> dict[str, str]:
    return {"level": level, "what": what, "why": why, "mend": mend, "rule": rule, "link": link}

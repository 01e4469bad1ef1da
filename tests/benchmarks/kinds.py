"""How many messages a second one core writes, by what is in them: `python -m tests.benchmarks.kinds`.

Text only, HTML and text (2 KB, eight variables), that from Markdown, from MJML and with styles in the elements, with a
shared attachment of 100 KB, with one of a person's own, and each with a DKIM signature (RSA-2048). CPU time, best of
three.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from os import urandom
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from mailgrid.hookspecs import Recipient
from mailgrid.message.dkim import Signature, load_key
from mailgrid.message.render import Renderer, Spec, Words
from mailgrid.message.spec import Enclosing, Form
from tests.benchmarks.message import _HTML, _TEXT, _person
from tests.message.keys import pem, rsa

_MARKDOWN = "# Good morning, {{ name }}\n\n" + (
    "We made your **{{ plan }}** plan faster, and moved your files to a computer near {{ city }}.\n\n" * 5
)
_MJML = """<mjml><mj-body><mj-section><mj-column><mj-text>Good morning, {{ name }}: your {{ plan }} plan near {{ city }}
</mj-text><mj-button href="https://example.org/visit?id={{ id }}">See</mj-button></mj-column></mj-section></mj-body>
</mjml>
"""
_STYLED = _HTML.replace("<head>", "<head><style>p { margin: 0 } h1 { color: #333 }</style>")
_COUNT = 400


def main() -> None:
    """Print the figures."""
    key = load_key(pem(rsa()))
    with TemporaryDirectory() as name:
        folder = Path(name)
        for each in ("shared.pdf", "1.pdf"):
            (folder / each).write_bytes(b"%PDF-1.7\n" + urandom(100_000))
        html, text = Words(_HTML, "news.html"), Words(_TEXT, "news.txt")
        both: dict[str, Any] = {"html": html, "text": text}
        kinds: dict[str, dict[str, Any]] = {
            "text only": {"text": text},
            "HTML and text": both,
            "HTML and text made of it": {"html": html},
            "from Markdown": {"html": Words(_MARKDOWN, "news.md", form=Form.MARKDOWN)},
            "from MJML": {"html": Words(_MJML, "news.mjml", form=Form.MJML)},
            "with styles in the elements": {"html": Words(_STYLED, "news.html"), "text": text},
            "with a shared attachment of 100 KB": {**both, "enclosures": (_file("shared.pdf", folder),)},
            "with a file of their own of 100 KB": {**both, "enclosures": (_file("{{ one }}.pdf", folder),)},
        }
        for title, kind in kinds.items():
            signed = {**kind, "signatures": (Signature("example.com", "mail", key),)}
            print(f"{title}: {_rate(_renderer(kind)):,.0f}/s; signed: {_rate(_renderer(signed)):,.0f}/s")


def _file(path: str, folder: Path) -> Enclosing:
    return Enclosing(path=Words(path, "attach"), find=lambda name: folder / name)


def _renderer(kind: dict[str, Any]) -> Renderer:
    return Renderer(
        Spec(
            sender=Words("Acme <news@example.com>", "from"),
            to=Words("{{ name }} <{{ email }}>", "to"),
            subject=Words("{{ name }}, your {{ plan }} plan", "subject"),
            campaign="news",
            variables={"brand": "Acme"},
            clock=lambda: datetime.now(UTC),
            template_now=datetime.now(UTC),
            **kind,
        )
    )


def _rate(write: Callable[[Recipient], object]) -> float:
    people = [_with_one(_person(number, "Fay Jones", "Lyon")) for number in range(_COUNT)]
    best = 0.0
    for _ in range(3):
        started = process_time()
        for person in people:
            write(person)
        best = max(best, _COUNT / (process_time() - started))
    return best


def _with_one(person: Recipient) -> Recipient:
    return Recipient(key=person.key, address=person.address, fields={**person.fields, "one": "1"})


if __name__ == "__main__":
    main()

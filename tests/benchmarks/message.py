"""How many messages a second one core writes, by what is in them: `python -m tests.benchmarks.message`.

A 2 KB HTML template with a plain text part and eight variables, and what else a message may be made of; templates,
MIME, headers and lint are included. The seconds are those of the processor, so that a busy machine changes little.
"""

import os
import sys
from collections.abc import Callable, Iterator
from cProfile import Profile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TypeVar

from mailgrid.hookspecs import Recipient
from mailgrid.message.address import parse
from mailgrid.message.dkim import Signature, load_key
from mailgrid.message.render import Renderer, Spec, Words
from mailgrid.message.spec import Form
from tests.message.files import PDF, Folder
from tests.message.keys import pem, rsa

_T = TypeVar("_T")
_PARAGRAPH = (
    '      <p style="margin:0 0 16px;font-size:16px;line-height:24px">We made your {{ plan }} plan faster, and moved\n'
    "      your files to a computer near {{ city }}. There is nothing that you have to do.</p>\n"
)
_HTML = f"""<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>News for {{{{ name }}}}</title></head>
  <body style="margin:0;background:#f4f4f4;font-family:Helvetica,Arial,sans-serif">
    <div style="max-width:600px;margin:0 auto;padding:24px;background:#ffffff">
      <h1 style="font-size:24px">Good morning, {{{{ name }}}}</h1>
{_PARAGRAPH * 5}
      {{% if points %}}<p>You have <b>{{{{ points }}}}</b> points.</p>{{% endif %}}
      <p><a href="https://example.org/visit?id={{{{ id }}}}">See what is new</a></p>
      <p style="font-size:12px;color:#888888">{{{{ vars.brand }}}}, 1 Main Street. You get this as
      {{{{ recipient.address }}}}.</p>
    </div>
  </body>
</html>
"""
_TEXT = """Good morning, {{ name }}

We made your {{ plan }} plan faster, and moved your files to a computer near {{ city }}.
There is nothing that you have to do.
{% if points %}
You have {{ points }} points.
{% endif %}
See what is new: https://example.org/visit?id={{ id }}

{{ vars.brand }}, 1 Main Street. You get this as {{ recipient.address }}.
"""
_MARKDOWN = "# Good morning, {{ name }}\n\n" + (
    "We made your **{{ plan }}** plan faster, and moved your files to a computer near {{ city }}.\n\n" * 5
)
_MJML = """<mjml><mj-body><mj-section><mj-column><mj-text>Good morning, {{ name }}: your {{ plan }} plan near {{ city }}
</mj-text><mj-button href="https://example.org/visit?id={{ id }}">See</mj-button></mj-column></mj-section></mj-body>
</mjml>
"""
_STYLED = _HTML.replace("<head>", "<head><style>p { margin: 0 } h1 { color: #333 }</style>")


def main() -> None:
    """Print the figures; with `--profile`, where the time goes."""
    with TemporaryDirectory() as folder:
        for title, name, city, spec in _cases(Path(folder)):
            render = Renderer(spec)
            people = [_person(number, name, city) for number in range(5_000)]
            print(f"{title}: {_rate(render, people):,.0f} messages/s, {len(render(people[0]).content):,} bytes each")
        addresses = [f"person{number}@example.org" for number in range(100_000)]
        print(f"addresses: {_rate(parse, addresses):,.0f}/s")
        if "--profile" in sys.argv:
            profile = Profile()
            profile.runcall(lambda: [render(person) for person in people])
            profile.print_stats("tottime")


def _cases(folder: Path) -> Iterator[tuple[str, str, str, Spec]]:
    """Yield what is measured: its title, the name and the city of everybody, the texts."""
    fay, lyon = "Fay Jones", "Lyon"
    files = Folder(folder)
    for name in ("terms.pdf", "pro.pdf"):
        files.write(name, PDF + os.urandom(100_000))
    key = Signature("example.com", "mail", load_key(pem(rsa())))
    yield "text only", fay, lyon, replace(_SPEC, html=None)
    yield "HTML, text given", fay, lyon, _SPEC
    yield "HTML, text made from it", fay, lyon, replace(_SPEC, text=None)
    yield "from Markdown", fay, lyon, replace(_SPEC, html=Words(_MARKDOWN, "news.md", form=Form.MARKDOWN), text=None)
    yield "from MJML", fay, lyon, replace(_SPEC, html=Words(_MJML, "news.mjml", form=Form.MJML), text=None)
    yield "styles put into the elements", fay, lyon, replace(_SPEC, html=Words(_STYLED, "news.html"))
    yield "some letters beyond ASCII (quoted-printable)", "Fáy Jönes", lyon, _SPEC
    yield "mostly Greek (base64)", "Φαίη Γιόνες", "Αθήνα " * 20, _SPEC
    yield "a file of 100 KB for everybody", fay, lyon, replace(_SPEC, enclosures=(files.attached("terms.pdf"),))
    yield "a file of 100 KB of their own", fay, lyon, replace(_SPEC, enclosures=(files.attached("{{ plan }}.pdf"),))
    yield "signed, RSA with 2,048 bits", fay, lyon, replace(_SPEC, signatures=(key,))


_SPEC = Spec(
    sender=Words("Acme <news@example.com>", "from"),
    to=Words("{{ name }} <{{ email }}>", "to"),
    subject=Words("{{ name }}, your {{ plan }} plan", "subject"),
    html=Words(_HTML, "news.html"),
    text=Words(_TEXT, "news.txt"),
    campaign="news",
    variables={"brand": "Acme"},
    clock=lambda: datetime.now(UTC),
    template_now=datetime.now(UTC),
)


def _person(number: int, name: str, city: str) -> Recipient:
    address = f"person{number}@example.org"
    fields = {"email": address, "name": name, "plan": "pro", "city": city, "points": str(number), "id": str(number)}
    return Recipient(key=address, address=address, fields=fields)


def _rate(work: Callable[[_T], object], things: list[_T]) -> float:
    best = 0.0
    for _ in range(3):
        started = process_time()
        for thing in things:
            work(thing)
        best = max(best, len(things) / (process_time() - started))
    return best


if __name__ == "__main__":
    main()

"""How many messages a second one core writes: `python -m tests.benchmarks.message`.

A 2 KB HTML template with a plain text part and eight variables; templates, MIME, headers and lint are included.
"""

import sys
from collections.abc import Callable
from cProfile import Profile
from datetime import UTC, datetime
from time import perf_counter
from typing import TypeVar

from mailgrid.hookspecs import Recipient
from mailgrid.message.address import parse
from mailgrid.message.render import Renderer, Spec, Words

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


def main() -> None:
    """Print the figures; with `--profile`, where the time goes."""
    for title, name, city, text in (
        ("ASCII, text given", "Fay Jones", "Lyon", _TEXT),
        ("ASCII, text from the HTML", "Fay Jones", "Lyon", None),
        ("some letters beyond ASCII (quoted-printable)", "Fáy Jönes", "Lyon", _TEXT),
        ("mostly Greek (base64)", "Φαίη Γιόνες", "Αθήνα " * 20, _TEXT),
    ):
        render = _renderer(text)
        people = [_person(number, name, city) for number in range(5_000)]
        print(f"{title}: {_rate(render, people):,.0f} messages/s, {len(render(people[0]).content):,} bytes each")
    addresses = [f"person{number}@example.org" for number in range(100_000)]
    print(f"addresses: {_rate(parse, addresses):,.0f}/s")
    if "--profile" in sys.argv:
        profile = Profile()
        profile.runcall(lambda: [render(person) for person in people])
        profile.print_stats("tottime")


def _renderer(text: str | None) -> Renderer:
    return Renderer(
        Spec(
            sender=Words("Acme <news@example.com>", "from"),
            to=Words("{{ name }} <{{ email }}>", "to"),
            subject=Words("{{ name }}, your {{ plan }} plan", "subject"),
            html=Words(_HTML, "news.html"),
            text=Words(text, "news.txt") if text else None,
            campaign="news",
            variables={"brand": "Acme"},
            clock=lambda: datetime.now(UTC),
            template_now=datetime.now(UTC),
        )
    )


def _person(number: int, name: str, city: str) -> Recipient:
    address = f"person{number}@example.org"
    fields = {"email": address, "name": name, "plan": "pro", "city": city, "points": str(number), "id": str(number)}
    return Recipient(key=address, address=address, fields=fields)


def _rate(work: Callable[[_T], object], things: list[_T]) -> float:
    best = 0.0
    for _ in range(3):
        started = perf_counter()
        for thing in things:
            work(thing)
        best = max(best, len(things) / (perf_counter() - started))
    return best


if __name__ == "__main__":
    main()

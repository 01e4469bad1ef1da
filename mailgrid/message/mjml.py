"""MJML: a template in MJML becomes one in HTML that all mail programs show alike. It needs the extra `html`."""

import re
from collections.abc import Sequence

from mailgrid.errors import TemplateError
from mailgrid.message.extras import extra
from mailgrid.message.masks import Masks
from mailgrid.message.pieces import Piece

__all__ = ["from_mjml"]

_PLACE = re.compile(r"\s*(?:in root template)?\s*at position (\d+)(?:[:.]+\d+)?$|\s*in root template$")


def from_mjml(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of a template in HTML. What `mj-include` names is not read: `{% include %}` is.

    Raises:
        TemplateError: it is not MJML, or mrml is not installed.
    """
    mrml = extra("mrml", "html", "MJML", pieces[0].template)
    masks = Masks(pieces, "MJML becomes HTML")
    text = masks.html
    try:
        html = mrml.to_html(text, mrml.ParserOptions(include_loader=mrml.noop_loader())).content
    except OSError as error:
        raise _refusal(str(error), text, masks) from None
    return masks.pieces(html, once=False)


def _refusal(message: str, text: str, masks: Masks) -> TemplateError:
    found = _PLACE.search(message)
    octets = int(found[1]) if found and found[1] else 0
    template, line = masks.place(text, len(text.encode()[:octets].decode("utf-8", "ignore")))
    reason = message[: found.start()] if found else message
    hint = "write {% include %} in place of mj-include" if "include" in reason else "see https://documentation.mjml.io"
    return TemplateError(f"this is not MJML: {reason}", hint=hint, template=template, line=line)

"""Signing: from what a campaign says of DKIM to the keys that sign its messages."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from mailgrid.errors import MailgridError, SourceError, reason_of
from mailgrid.language.campaign import Campaign, Dkim, Quoted
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.message.dkim import Key, Signature, load_key
from mailgrid.planning.options import look_up

__all__ = ["signatures"]

#: Labels of letters, digits, `-` and `_`, with dots between them (RFC 6376, 3.5, the tags d= and s=).
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_SELECTOR = re.compile(rf"(?=.{{1,190}}\Z){_LABEL}(?:\.{_LABEL})*")
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})+")
#: What others than the owner may do with a file. Windows has no such bits.
_OTHERS = 0o077 if os.name == "posix" else 0


def signatures(
    campaign: Campaign,
    resolve: Callable[[Path, str], Path],
    environment: Mapping[str, str],
    diagnostics: Diagnostics,
) -> tuple[Signature, ...]:
    """Return who signs the messages of a campaign, in the order in which the file says so.

    Args:
        campaign: the campaign.
        resolve: turns a path that is written in a folder's campaign file into one on disk.
        environment: the environment variables.
        diagnostics: takes what is wrong, one for each key.
    """
    return tuple(_all(campaign, resolve, environment, diagnostics))


def _all(
    campaign: Campaign,
    resolve: Callable[[Path, str], Path],
    environment: Mapping[str, str],
    diagnostics: Diagnostics,
) -> Iterator[Signature]:
    for dkim in campaign.dkim:
        for quoted, form, what in ((dkim.domain, _DOMAIN, "domain"), (dkim.selector, _SELECTOR, "selector")):
            if not form.fullmatch(quoted.value):
                reason = f"`{quoted.value}` is not a {what}"
                diagnostics.add("MG691", quoted.span, hint="write a name of the DNS, letters as ASCII", reason=reason)
        try:
            pem = _content(dkim, resolve, environment, diagnostics)
            if pem is not None:
                yield Signature(dkim.domain.value.lower(), dkim.selector.value, _loaded(dkim, pem, diagnostics))
        except ModuleNotFoundError:
            diagnostics.add("MG690", dkim.key.span)
        except MailgridError as error:
            diagnostics.add("MG691", dkim.key.span, hint=error.hint, reason=f"{_called(dkim)} {error.message}")


def _loaded(dkim: Dkim, pem: bytes, diagnostics: Diagnostics) -> Key:
    key = load_key(pem)
    if key.is_short:
        diagnostics.add("W692", dkim.key.span, found=_called(dkim), bits=key.bits)
    return key


def _content(
    dkim: Dkim,
    resolve: Callable[[Path, str], Path],
    environment: Mapping[str, str],
    diagnostics: Diagnostics,
) -> bytes | None:
    """Return the key as it is written; None, with a diagnostic, where it cannot be had."""
    if not isinstance(dkim.key, Quoted):
        text = look_up(dkim.key, environment, diagnostics)
        # Where a variable can hold one line only, people write its line ends as `\n`.
        return None if text is None else text.replace("\\n", "\n").encode("utf-8", "replace")
    try:
        path = resolve(dkim.key.folder, dkim.key.value)
        content = path.read_bytes()
        if path.stat().st_mode & _OTHERS:
            diagnostics.add("W693", dkim.key.span, found=dkim.key.value)
        return content
    except SourceError as error:
        diagnostics.add("MG402", dkim.key.span, hint=error.hint, reason=error.message)
    except OSError as error:
        raise MailgridError(f"cannot be read: {reason_of(error)}", hint="write the path as this file sees it") from None
    return None


def _called(dkim: Dkim) -> str:
    return f"`{dkim.key.value}`" if isinstance(dkim.key, Quoted) else f"the secret {dkim.key.name}"

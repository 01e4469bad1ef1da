"""Address: one mailbox, as people write it, as it goes on the wire, and as "already written to" is judged."""

import re

from mailgrid.errors import AddressError
from mailgrid.value import value

__all__ = ["Address", "comparable", "parse"]

_LABEL = r"(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
#: Nearly every address there is: an ASCII dot-atom (RFC 5322, 3.2.3) at a name of at least two labels (RFC 1123, 2.1),
#: the last one ending in a letter, within the lengths of RFC 5321, 4.5.3.1. Labels like `xn--` take the careful path.
_PLAIN = re.compile(
    rf"(?=.{{3,254}}\Z)((?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+{_LABEL}(?<=[A-Za-z]))",
    re.ASCII,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
#: Stands behind a domain while the library judges it, which refuses the names that campaigns are tried on, like
#: `example.test` (RFC 6761).
_ENDING = ".org"
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


@value
class Address:
    """One mailbox that may be written to.

    Args:
        display: the name shown to people, empty when there is none.
        local: what stands before the `@`, as it was written.
        domain: what stands after it, in lower case and in A-label form (RFC 5890, 2.3.2.1).
    """

    display: str
    local: str
    domain: str

    @property
    def wire(self) -> str:
        """The address without its name, as it goes into the envelope."""
        return f"{self.local}@{self.domain}"

    @property
    def key(self) -> str:
        """What two spellings of the same mailbox have in common; for comparing only, never for sending."""
        return f"{self.local.casefold()}@{self.domain}"

    @property
    def ascii(self) -> bool:
        """Whether every server understands it; otherwise SMTPUTF8 is needed (RFC 6531)."""
        return self.local.isascii()


def comparable(wire: str) -> str:
    """Return what an address, as it goes on the wire, has in common with its other spellings: see `Address.key`."""
    local, _, domain = wire.rpartition("@")
    return f"{local.casefold()}@{domain.lower()}"


def parse(text: str) -> Address:
    """Read `fay@example.org` or `Fay <fay@example.org>`.

    Raises:
        AddressError: the text is not exactly one address; the message says why without repeating it.
    """
    match = _PLAIN.fullmatch(text)
    if match:
        return Address("", match[1], match[2].lower())
    if _CONTROL.search(text):
        raise AddressError("the address holds a line end or another control character")
    display, bare = _split(text.strip())
    match = _PLAIN.fullmatch(bare)
    return Address(display, match[1], match[2].lower()) if match else _careful(display, bare)


def _split(text: str) -> tuple[str, str]:
    """Part the display name from the address: the last `<` begins it, a `>` ends the text."""
    if "<" not in text:
        return "", text
    display, _, bare = text.rpartition("<")
    if not bare.endswith(">"):
        raise AddressError("the address begins with `<` but does not end with `>`", hint="write `Name <address>`")
    return _name(display.strip()), bare[:-1].strip()


def _name(display: str) -> str:
    """Return a display name without its quotes (RFC 5322, 3.2.4)."""
    if _QUOTED.fullmatch(display):
        return re.sub(r"\\(.)", r"\1", display[1:-1])
    if "@" in display:
        raise AddressError("there is more than one address", hint="one recipient has one address")
    return display


def _careful(display: str, bare: str) -> Address:
    """Read an address that is not plain: international, or wrong in a way that deserves its own words."""
    _explain(bare)
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(bare + _ENDING, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise AddressError(_reason(str(error), bare)) from None
    domain = (found.ascii_domain or "").lower().removesuffix(_ENDING)
    if "." not in domain:
        raise AddressError("the address has no dot in its domain", hint="write it like `name@example.org`")
    if not domain[-1].isalpha():
        raise AddressError("the last part of the domain does not end in a letter")
    return Address(display, found.local_part, domain)


def _explain(bare: str) -> None:
    """Raise for the mistakes that lists of people are full of."""
    if not bare:
        raise AddressError("the address is empty")
    if "@" not in bare:
        raise AddressError("the address has no `@`")
    if bare.count("@") > 1 or "," in bare or ";" in bare:
        raise AddressError("there is more than one address", hint="one recipient has one address")
    if any(character.isspace() for character in bare):
        raise AddressError("the address holds a blank")


def _reason(message: str, bare: str) -> str:
    """Word a library's reason in our style; one that repeats a part of the address is replaced by a general one."""
    parts = [part for part in re.split(r"[@.]", bare) if len(part) > 1]
    quoted = "(" in message or any(re.search(rf"\b{re.escape(part)}\b", message) for part in parts)
    if quoted:
        return "the address is not valid"
    return f"{message[0].lower()}{message[1:].removesuffix('.')}"

"""Resolver: the questions that the doctor has for the DNS. dnspython answers them; tests answer them from a table."""

from typing import Any, Protocol

from mailgrid.errors import MailgridError, UsageError

__all__ = ["Dns", "NoAnswer", "Resolver"]

_SECONDS = 5.0


class NoAnswer(MailgridError):
    """The DNS does not answer, which is not the same as an answer that there is nothing."""


class Resolver(Protocol):
    """Answers; an empty list where there is no such name, or nothing of the kind. Each raises NoAnswer."""

    def texts(self, name: str) -> list[str]:
        """Return the TXT records, the pieces of each put together."""
        ...

    def addresses(self, name: str) -> list[str]:
        """Return the A and AAAA records."""
        ...

    def exchanges(self, name: str) -> list[str]:
        """Return the hosts of the MX records, the first choice first."""
        ...

    def names(self, address: str) -> list[str]:
        """Return the PTR records of an IP address."""
        ...


class Dns:
    """Asks the name servers of this machine.

    Raises:
        UsageError: dnspython is not installed.
    """

    def __init__(self) -> None:
        try:
            import dns.resolver
        except ModuleNotFoundError as error:
            hint = 'install it: pip install "mailgrid[doctor]"'
            raise UsageError("the doctor needs dnspython, which is not installed", hint=hint) from error
        try:
            self._resolver = dns.resolver.Resolver()
        except dns.resolver.NoResolverConfiguration as error:
            raise UsageError("this machine names no DNS servers", hint="see /etc/resolv.conf") from error

    def texts(self, name: str) -> list[str]:
        """Return the TXT records."""
        return [b"".join(record.strings).decode("ascii", "replace") for record in self._ask(name, "TXT")]

    def addresses(self, name: str) -> list[str]:
        """Return the A and AAAA records."""
        return [record.address for kind in ("A", "AAAA") for record in self._ask(name, kind)]

    def exchanges(self, name: str) -> list[str]:
        """Return the hosts of the MX records."""
        found = sorted(self._ask(name, "MX"), key=lambda record: record.preference)
        return [record.exchange.to_text(omit_final_dot=True) for record in found]

    def names(self, address: str) -> list[str]:
        """Return the PTR records."""
        import dns.reversename

        found = self._ask(dns.reversename.from_address(address), "PTR")
        return [record.target.to_text(omit_final_dot=True) for record in found]

    def _ask(self, name: Any, kind: str) -> list[Any]:  # noqa: ANN401  # a text, or a name of dnspython's own
        import dns.exception
        import dns.resolver

        try:
            answer = self._resolver.resolve(name, kind, raise_on_no_answer=False, lifetime=_SECONDS, search=False)
        except dns.resolver.NXDOMAIN:
            return []
        except (dns.exception.DNSException, UnicodeError) as error:
            raise NoAnswer(f"the DNS does not answer for {name} ({kind}): {type(error).__name__}") from error
        return list(answer.rrset or ())

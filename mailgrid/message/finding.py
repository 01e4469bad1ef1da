"""Finding: one rule that a message breaks, and where."""

from collections.abc import Mapping

from mailgrid.value import value

__all__ = ["RULES", "Finding"]

#: Every rule that can be seen in the bytes of a message, and where it stands.
RULES: Mapping[str, str] = {
    "line-end": "RFC 5322, 2.3",
    "line-length": "RFC 5322, 2.1.1",
    "control": "RFC 5322, 2.2 and 3.5",
    "header-form": "RFC 5322, 2.2",
    "header-size": "what servers take",
    "header-missing": "RFC 5322, 3.6",
    "header-twice": "RFC 5322, 3.6",
    "header-ascii": "RFC 6532, 3",
    "bcc": "RFC 5322, 3.6.3",
    "from": "RFC 5322, 3.6.2",
    "date": "RFC 5322, 3.3",
    "message-id": "RFC 5322, 3.6.4",
    "encoded-word": "RFC 2047, 5",
    "list-id": "RFC 2919, 3",
    "list-unsubscribe": "RFC 2369, 2 and RFC 8058, 3",
    "feedback-id": "what Gmail takes",
    "mime-version": "RFC 2045, 4",
    "boundary": "RFC 2046, 5.1",
    "alternative": "RFC 2046, 5.1.4",
    "encoding": "RFC 2045, 6",
}


@value
class Finding:
    """What is wrong with a message.

    `rule` is one of RULES, `line` 1-based, `is_error` says whether it is illegal; otherwise it is unwise.
    """

    rule: str
    line: int
    message: str
    is_error: bool = True

    def as_json(self) -> dict[str, object]:
        """Return it with the keys that `lint --json` promises."""
        return {
            "rule": self.rule,
            "source": RULES[self.rule],
            "severity": "error" if self.is_error else "warning",
            "line": self.line,
            "message": self.message,
        }

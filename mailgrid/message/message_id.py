"""MessageIds: the same person in the same mailing has the same Message-ID on every attempt, and nobody else has it."""

from hashlib import blake2b

__all__ = ["MessageIds"]


class MessageIds:
    """The Message-IDs of one mailing (RFC 5322, 3.6.4).

    Args:
        campaign: the campaign's name.
        edition: which issue of it; empty when there is only one.
    """

    def __init__(self, campaign: str, edition: str) -> None:
        mailing = blake2b(f"{campaign}\0{edition}".encode(), person=b"mailgrid").digest()
        self._hash = blake2b(key=mailing, digest_size=20)

    def __call__(self, key: str, domain: str) -> str:
        """Return `<...@domain>` for the person with this key."""
        unique = self._hash.copy()
        unique.update(key.encode("utf-8", "surrogatepass"))
        return f"<{unique.hexdigest()}@{domain}>"

"""Signing: the keys that a campaign signs with, as `dkim` names them."""

from collections.abc import Mapping

from mailgrid.doctor.dkim_key import DkimKey, dkim_key
from mailgrid.errors import SourceError
from mailgrid.language.campaign import Campaign
from mailgrid.language.diagnostics import Diagnostics
from mailgrid.language.written import Reference
from mailgrid.planning.options import look_up
from mailgrid.project import Project

__all__ = ["keys_of"]

_UNREADABLE = "the private key cannot be read"


def keys_of(campaign: Campaign, project: Project, environment: Mapping[str, str]) -> list[DkimKey]:
    """Return the keys of a campaign's signatures; one that cannot be read has a `problem`.

    Args:
        campaign: the campaign.
        project: resolves the paths of key files.
        environment: where secrets are looked up.
    """
    found = []
    for dkim in campaign.dkim:
        domain, selector = dkim.domain.value.lower(), dkim.selector.value
        try:
            if isinstance(dkim.key, Reference):
                private = str(look_up(dkim.key, environment, Diagnostics()) or "").encode()
            elif "-----BEGIN" in dkim.key.value:
                private = dkim.key.value.encode()
            else:
                private = project.resolve(dkim.key.folder, dkim.key.value).read_bytes()
        except (OSError, SourceError):
            found.append(DkimKey(domain, selector, problem=_UNREADABLE))
        else:
            found.append(dkim_key(domain, selector, private))
    return found

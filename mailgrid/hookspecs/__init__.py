"""The plugin API: the values that cross the border, the protocols, the hooks. It imports nothing else of ours.

A plugin is a module with functions marked `@hookimpl`. It registers kinds, which are opened by name when a campaign
asks for one. Values are keyword-only and frozen, so that a later version may add a field without breaking anybody.
"""

from mailgrid.hookspecs.crlf_lines import CrlfLines
from mailgrid.hookspecs.hooks import (
    campaign_finished,
    campaign_started,
    hook_names,
    hookimpl,
    hookspec,
    outcome_recorded,
    recipient_selected,
    register_commands,
    register_functions,
    register_observers,
    register_sources,
    register_transports,
)
from mailgrid.hookspecs.kinds import FunctionKind, ObserverKind, Opener, SourceKind, TransportKind
from mailgrid.hookspecs.message import Message, Outcome, Recipient, Reply, Scope, Skip, Status
from mailgrid.hookspecs.observer import CampaignInfo, Counts, Fate, Observer, Patient, ReadsFates
from mailgrid.hookspecs.options import Context, Location, Option, OptionType, Problem, Secret
from mailgrid.hookspecs.source import Column, Row, Source, Test
from mailgrid.hookspecs.transport import (
    ChecksSender,
    Endpoint,
    Examinable,
    Fenced,
    HasKnownLimits,
    KnownLimits,
    OneByOne,
    Session,
    Transport,
)

__all__ = [
    "API_VERSION",
    "CampaignInfo",
    "ChecksSender",
    "Column",
    "Context",
    "Counts",
    "CrlfLines",
    "Endpoint",
    "Examinable",
    "Fate",
    "Fenced",
    "FunctionKind",
    "HasKnownLimits",
    "KnownLimits",
    "Location",
    "Message",
    "Observer",
    "ObserverKind",
    "OneByOne",
    "Opener",
    "Option",
    "OptionType",
    "Outcome",
    "Patient",
    "Problem",
    "ReadsFates",
    "Recipient",
    "Reply",
    "Row",
    "Scope",
    "Secret",
    "Session",
    "Skip",
    "Source",
    "SourceKind",
    "Status",
    "Test",
    "Transport",
    "TransportKind",
    "campaign_finished",
    "campaign_started",
    "hook_names",
    "hookimpl",
    "hookspec",
    "outcome_recorded",
    "recipient_selected",
    "register_commands",
    "register_functions",
    "register_observers",
    "register_sources",
    "register_transports",
]

#: The version of what is promised here; it grows when one of these promises changes.
API_VERSION = 1

"""What a where means: from a condition's tree to one Python function over a row."""

from mailgrid.language.expressions.columns import check_header, columns_of
from mailgrid.language.expressions.compile import Compiled, compile_where
from mailgrid.language.expressions.match import Answer, Match
from mailgrid.language.expressions.near import Probe, probes
from mailgrid.language.expressions.reason import Reason
from mailgrid.language.expressions.scope import Scope
from mailgrid.language.expressions.show import show
from mailgrid.language.expressions.wanted import unreadable

__all__ = [
    "Answer",
    "Compiled",
    "Match",
    "Probe",
    "Reason",
    "Scope",
    "check_header",
    "columns_of",
    "compile_where",
    "probes",
    "show",
    "unreadable",
]

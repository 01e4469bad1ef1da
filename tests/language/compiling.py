"""A campaign around one statement, compiled with the example kinds."""

from collections.abc import Mapping
from pathlib import Path

from mailgrid.language.campaign import Campaign
from mailgrid.language.compiler import Compiled, compile_text
from mailgrid.language.text import Span, Text
from tests.language.example_kinds import KINDS

#: Places do not take part in comparing.
ANYWHERE = Span(Text("anywhere", ""), 0, 0)

REST = """
  source  csv "users.csv"
  from    "Ada <ada@acme.com>"
  subject "Hi"
  text    "Hi"
"""


def compile_content(content: str, overrides: Mapping[str, str] | None = None) -> Compiled:
    return compile_text(
        Text("welcome.mailgrid", content),
        KINDS,
        root=Path("/nonexistent"),
        overrides=overrides or {},
    )


def codes(compiled: Compiled) -> list[str]:
    return [each.code for each in compiled.diagnostics]


def campaign(settings: str, before: str = "", rest: str = REST) -> Campaign:
    """The only campaign of a file that has to be without mistake."""
    compiled = compile_content(f"{before}\ncampaign welcome {{\n{rest}\n{settings}\n}}\n")
    assert codes(compiled) == []
    (found,) = compiled.campaigns
    return found

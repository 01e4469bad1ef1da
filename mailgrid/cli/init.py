"""`mailgrid init`: a first campaign that can be planned and applied as it is."""

import re
from pathlib import Path

import click

from mailgrid.cli.common import Common, common_options
from mailgrid.errors import UsageError, reason_of

__all__ = ["command"]

_CAMPAIGN = """\
# {name}: who gets what, and how. Look first: mailgrid plan {name}.mailgrid
campaign {name} {{
  # Who: each row of the file that fulfils the condition.
  source csv "{name}.csv"
  where  active and country in ("FR", "BE")

  # What: columns of the file stand in {{{{ }}}}.
  from     "Acme <hello@acme.example>"
  subject  "Welcome, {{{{ first_name }}}}!"
  template "{name}.html"

  # How: `sandbox` sends to a mail server inside this program, into the folder outbox/; nobody gets anything.
  # For real, in the place of the line below:
  # transport smtp {{
  #   host     "smtp.acme.example"
  #   user     env("SMTP_USER")
  #   password secret("SMTP_PASSWORD")
  # }}
  transport sandbox "outbox/"
  rate      10/s burst 20
  workers   4
}}
"""
_TEMPLATE = """\
<!doctype html>
<html>
  <body>
    <p>Hello {{ first_name | default("there") }},</p>
    <p>welcome to Acme. Your plan: <b>{{ plan }}</b>.</p>
    <p><a href="https://acme.example/start">Start here</a></p>
  </body>
</html>
"""
_ROWS = """\
email,first_name,country,plan,active
ann@mail.example,Ann,FR,pro,yes
bob@mail.example,Bob,BE,free,yes
cleo@mail.example,Cléo,US,team,no
"""
_PROJECT = """\
# What differs from one environment to the next. This file marks the project's root.
# ledger  = ".mailgrid"          # where it is written down who got what
# zone    = "Europe/Paris"       # the zone of today() and of dates
# plugins = ["mailgrid-example"] # third-party plugins that may load
#
# [transport.default]            # for campaigns that name no transport; another name is used as `transport NAME`
# driver   = "smtp"
# host     = "smtp.acme.example"
# user     = { env = "SMTP_USER" }
# password = { secret = "SMTP_PASSWORD" }
"""


@click.command("init")
@click.argument("name", default="welcome")
@common_options
@click.pass_obj
def command(common: Common, name: str) -> None:
    """Write a first campaign called NAME into this folder: a commented file, a template and three rows.

    It sends into a sandbox, so it can be applied at once. Nothing that exists is overwritten.
    """
    if not re.fullmatch(r"[A-Za-z_]\w*(-\w+)*", name):
        raise UsageError(
            f"`{name}` cannot be a campaign's name", hint="write a letter first, then letters, digits, _ and -"
        )
    files = {
        Path("mailgrid.toml"): _PROJECT,
        Path(f"{name}.mailgrid"): _CAMPAIGN.format(name=name),
        Path(f"{name}.html"): _TEMPLATE,
        Path(f"{name}.csv"): _ROWS,
    }
    existing = [str(path) for path in files if path.exists() and path.name != "mailgrid.toml"]
    if existing:
        verb = "exists" if len(existing) == 1 else "exist"
        raise UsageError(f"{', '.join(existing)} {verb} already", hint="give another name: mailgrid init NAME")
    for path, content in files.items():
        if not path.exists():
            _write(path, content)
            common.screen.out(f"wrote {path}")
    common.screen.note(f"Next: mailgrid plan {name}.mailgrid")


def _write(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        hint = "go to a folder that can be written to"
        raise UsageError(f"{path} cannot be written: {reason_of(error)}", hint=hint) from error

"""Kinds that no plugin opens: enough options of every type for the checker."""

from mailgrid.hookspecs import Location, ObserverKind, Option, OptionType, SourceKind, TransportKind
from mailgrid.language.kinds import Kinds


def _option(
    name: str,
    kind: OptionType,
    choices: tuple[str, ...] = (),
    unit: str = "",
    *,
    required: bool = False,
) -> Option:
    return Option(name=name, type=kind, help=f"the {name}", choices=choices, unit=unit, required=required)


CSV = SourceKind(
    name="csv",
    open="nowhere:open",
    help="a text file with columns",
    location=Location.FILE,
    options=(
        _option("delimiter", OptionType.TEXT, choices=("tab",)),
        _option("encoding", OptionType.TEXT),
        _option("dates", OptionType.TEXT),
    ),
)
API = SourceKind(
    name="api",
    open="nowhere:open",
    help="rows from elsewhere",
    location_required=False,
    options=(
        _option("token", OptionType.SECRET, required=True),
        _option("columns", OptionType.LIST),
        _option("ratio", OptionType.NUMBER),
    ),
)
SMTP = TransportKind(
    name="smtp",
    open="nowhere:open",
    help="a mail server",
    options=(
        _option("host", OptionType.TEXT),
        _option("port", OptionType.INTEGER),
        _option("tls", OptionType.WORD, choices=("starttls", "implicit", "off")),
        _option("user", OptionType.TEXT),
        _option("password", OptionType.SECRET),
        _option("timeout", OptionType.DURATION),
        _option("reuse", OptionType.INTEGER, unit="messages"),
        _option("ca", OptionType.PATH),
        _option("strict", OptionType.FLAG),
    ),
)
MAILDIR = TransportKind(
    name="maildir",
    open="nowhere:open",
    help="a folder",
    location=Location.FOLDER,
    location_required=True,
    options=(_option("max_size", OptionType.SIZE),),
    reaches_people=False,
)
S3 = TransportKind(name="s3", open="nowhere:open", help="a bucket", options=(_option("bucket", OptionType.TEXT),))
STDOUT = TransportKind(name="stdout", open="nowhere:open", help="the screen", reaches_people=False)
WEBHOOK = ObserverKind(name="webhook", open="nowhere:open", help="a URL", location=Location.TEXT)
LOG = ObserverKind(name="log", open="nowhere:open", help="a file", location=Location.FILE)

KINDS = Kinds(
    sources={kind.name: kind for kind in (CSV, API)},
    transports={kind.name: kind for kind in (SMTP, MAILDIR, S3, STDOUT)},
    observers={kind.name: kind for kind in (WEBHOOK, LOG)},
)

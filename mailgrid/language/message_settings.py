"""What a campaign says about its messages beside their texts."""

from mailgrid.language.ast import Expr
from mailgrid.language.written import Quoted, Reference
from mailgrid.value import value

__all__ = ["Attachment", "Dkim", "Header", "Inline", "Unsubscribe"]


@value
class Header:
    """`header "Name" "value"`."""

    name: Quoted
    value: Quoted


@value
class Attachment:
    """`attach [pdf] "file" [as "name"] [missing skip|fail] [where ...]`.

    `file` and `name` are templates; `pdf` makes the file of an HTML template. Where the file is missing the message
    fails if `needed`, else it goes without. `where` says who gets it; None: everybody.
    """

    file: Quoted
    name: Quoted | None = None
    pdf: bool = False
    needed: bool = True
    where: Expr | None = None


@value
class Inline:
    """`inline "file" as CID`: a picture that the HTML shows as `cid:CID` (RFC 2392)."""

    file: Quoted
    cid: Quoted


@value
class Unsubscribe:
    """`unsubscribe "url" [mailto "address"] [one_click]` (RFC 2369, RFC 8058); both texts are templates."""

    url: Quoted
    mailto: Quoted | None = None
    one_click: bool = False


@value
class Dkim:
    """`dkim domain "d" selector "s" key "file.pem"` (RFC 6376); `key` is a path or holds the key itself."""

    domain: Quoted
    selector: Quoted
    key: Quoted | Reference

"""The wording of every diagnostic: one table, code → message and help, filled with the facts of each case.

Style: lower case, matter of fact, no full stop; the code's own words in backticks; the help is what to type.
Codes never change and are never used again: MG1 syntax, MG2 names and structure, MG3 conditions, MG4 data,
MG5 templates, MG6 sending; W is a warning.
"""

from mailgrid.value import value

__all__ = ["CATALOGUE", "Entry"]


@value
class Entry:
    """`message` says what is wrong, `help` what to write instead; both are `str.format` texts over the facts."""

    message: str
    help: str = ""


CATALOGUE: dict[str, Entry] = {
    # ---- MG1 syntax
    "MG100": Entry("unexpected {found}", "expected {expected}"),
    "MG101": Entry(
        "this string is never closed",
        'add the closing {quote} at the end of the line; text over several lines goes in """ ... """',
    ),
    "MG102": Entry('this """ text is never closed', 'add """ on a line of its own after the text'),
    "MG103": Entry(
        "`{found}` is a typographic quote",
        'use the straight quote " (an editor or a chat tool replaced it)',
    ),
    "MG104": Entry("`{found}` is not an operator here", "write {instead}"),
    "MG105": Entry("a setting takes no `{found}`", "write `{instead}`; `=` is for `let` and for conditions"),
    "MG106": Entry(
        "a comparison has one operator",
        "for a range write `{value} between {low} and {high}`, for two tests join them with `and`",
    ),
    "MG107": Entry("there is no `{found}` here", "write `{instead}`: it covers NULL, a missing key and an empty cell"),
    "MG108": Entry("there is no `{found}`", "write `{instead}`"),
    "MG109": Entry(
        "the condition stops after `{found}`",
        "a condition continues on the next line only if that line holds its other half",
    ),
    "MG110": Entry("`between` needs two ends", "write `between {low} and ...`"),
    "MG111": Entry("`{found}` is never closed", "add `{closing}`"),
    "MG112": Entry("this `{found}` closes nothing", "remove it"),
    "MG113": Entry("`{found}` has nothing on its left", "start the condition with a test"),
    "MG114": Entry("expected `and`, `or` or an operator, found `{found}`", "a test has one operator: `{instead}`"),
    "MG115": Entry("this `{{` is never closed", "add `}}` after the last setting of the block"),
    "MG116": Entry(
        "`{found}` is not a date as we write them",
        "write `{instead}`; for a subtraction put blanks around `-`",
    ),
    "MG117": Entry("`{found}` cannot stand here", "put a text in quotes: `{instead}`"),
    "MG118": Entry(
        "this is nested too deep", "take brackets away, or give parts of the condition a name with `segment`"
    ),
    "MG119": Entry("more than {limit} mistakes; the rest of the file was not read", "is this a campaign file?"),
    "MG120": Entry("{name} is too long: more than {limit:,} characters", "is this a campaign file?"),
    "MG121": Entry("byte {found} is not UTF-8", "save the file as UTF-8"),
    "MG122": Entry("{found} cannot be read: {reason}", "{suggestion}"),
    "MG123": Entry("{missing} is missing before {found}", "write `{instead}`"),
    "MG124": Entry(
        "`{found}` is not an escape",
        'the escapes are `\\n`, `\\t`, `\\"`, `\\\\` and `\\u{{1F600}}`; between single quotes a backslash is itself',
    ),
    "MG125": Entry("a statement begins with a word, not with {found}", "begin with a setting, like `subject`"),
    "MG126": Entry("`{found}` stands behind a `}}`", "begin a new line before it"),
    "MG127": Entry("`{found}` is too large", "write a smaller amount"),
    "MG128": Entry(
        "`{found}` is a word of the language", "a column of that name is written in backticks: `` `{found}` ``"
    ),
    # ---- MG2 names and structure
    "MG201": Entry("unknown setting `{found}`", "{suggestion}"),
    "MG202": Entry("`{found}` belongs inside {place}", "{suggestion}"),
    "MG203": Entry("`{found}` is set twice", "keep one"),
    "MG204": Entry("`{setting}` wants {wanted}", "{suggestion}"),
    "MG205": Entry("no {what} is named `{found}` and no driver is", "{suggestion}"),
    "MG206": Entry("`{driver}` has no option `{found}`", "{suggestion}"),
    "MG207": Entry("this import leads back here", "{circle}"),
    "MG208": Entry("`{found}` is a column and a `let`", "rename the `let`, or write the column as `` `{found}` ``"),
    "MG209": Entry("campaign `{campaign}` has no {missing}", "{suggestion}"),
    "MG210": Entry("`{driver}` has no {missing}", "{suggestion}"),
    "MG211": Entry("{what} `{found}` is defined twice", "give one of them another name"),
    "MG212": Entry("`{found}` cannot stand beside `{other}`", "{suggestion}"),
    "MG213": Entry("there is no function `{found}` here", "`env` and `secret` are the only ones outside conditions"),
    "MG214": Entry("`{found}` takes no {what}", "{suggestion}"),
    "MG215": Entry("`{found}` is the name of a driver", "give the {what} a name of its own"),
    "MG216": Entry("no segment is named `{found}`", "{suggestion}"),
    "MG217": Entry("segment `{found}` leads back to itself", "{circle}"),
    "MG218": Entry("Mailgrid writes the header `{found}` itself", "{suggestion}"),
    "MG219": Entry("`{found}` is not the name of a header", "a name holds letters, digits and `-`, like `X-Campaign`"),
    "MG220": Entry("there is no time zone `{found}`", "{suggestion}"),
    "MG221": Entry("this file is written for version {found} of the language", "this Mailgrid reads version 1"),
    "MG222": Entry("there is no file {found}", "{suggestion}"),
    "MG223": Entry("{found} is outside the project", "only files below the project's root may be read"),
    "MG224": Entry("no `let` is named `{found}`", "{suggestion}"),
    "MG225": Entry(
        "`{found}` is still a campaign of this file",
        "`formerly` names what a campaign was called before and nothing is called any more",
    ),
    "MG226": Entry(
        "`window` opens and closes at {found}, so it is never open",
        "for the whole day leave `window` out; until midnight write `to 00:00`",
    ),
    "MG230": Entry("`{found}` is no domain", "write what stands after the `@`, like `gmail.com`"),
    "W208": Entry(
        "this `where` filters the campaign, not `{found}`",
        "to filter `{found}` write it on the same line; otherwise indent it like its neighbours",
    ),
    # ---- MG3 conditions
    "MG301": Entry("{source} has no column `{found}`", "{suggestion}"),
    "MG302": Entry("`{column}` is a {kind} in {source}, {literal} is a {other}", "{suggestion}"),
    "MG303": Entry("a number never starts with 0", "write it as text: `{instead}`"),
    "MG304": Entry("{found} is not a {what}", "{suggestion}"),
    "MG305": Entry("the pattern is not valid: {reason}", "put it right between the slashes"),
    "MG306": Entry("there is no function `{found}`", "{suggestion}"),
    "MG307": Entry("`{function}` takes {wanted}, not {count}"),
    "MG308": Entry("`{place}` wants {wanted}, `{found}` is {kind}", "{suggestion}"),
    "MG310": Entry("`{found}` is no form of a date", "write it with DD, MM and YYYY, like `DD/MM/YYYY`"),
    "MG312": Entry("{source} has two columns `{found}`", "rename one in the header"),
    "MG314": Entry("no `let`, no source and no column named `{found}` is a list", "{suggestion}"),
    "MG320": Entry("{name} is not {form}: {reason}", "put it right in the rule file"),
    "MG321": Entry("there is no op `{found}`", "{suggestion}"),
    "MG322": Entry("{rule} has no `{missing}`", "{suggestion}"),
    "MG323": Entry("`{found}` has no place in this rule", "{suggestion}"),
    "MG324": Entry("{place} wants {wanted}, this is {kind}"),
    "MG325": Entry("`{found}` is written twice in this rule", "keep one"),
    "MG326": Entry(
        "{found} cannot be read, for PyYAML is not installed",
        'install it: pip install "mailgrid[rules]"; a `.json` file needs nothing',
    ),
    "MG327": Entry("`{found}` is no rule file", "the name of a rule file ends in `.json`, `.yaml` or `.yml`"),
    "W306": Entry(
        "two columns are compared as text",
        "if numbers are meant write `number({left}) {operator} number({right})`",
    ),
    "W307": Entry("two texts are put in order", "if numbers are meant write `number(...)`"),
    "W308": Entry("nested quantifiers can take very long on some texts", "make the pattern simpler"),
    "W309": Entry("`and` binds tighter than `or`", "this means `{instead}`; add parentheses to say so"),
    "W311": Entry("no record of {source} seen so far has `{found}`", "{suggestion}"),
    # ---- MG4 data
    "W401": Entry("{rows} not mailed: {reason}", "line {places}: clean what stands there"),
    "W402": Entry("`{test}` matches {rows}", "{suggestion}"),
    "MG402": Entry("{reason}"),
    "MG403": Entry("{reason}"),
    # ---- MG5 templates
    "MG501": Entry("{template} uses `{{{{ {found} }}}}`; {source} has no such column", "{suggestion}"),
    "MG502": Entry("template not found: {found}", "{suggestion}"),
    "MG503": Entry("{reason}"),
    "MG504": Entry(
        "{source} has no column that is surely the address",
        'name it: to "{{{{ column }}}}"; only `email`, `Email`, `e-mail` and `mail` are known by their names',
    ),
    "MG505": Entry("{reason}"),
    "MG506": Entry("{reason}"),
    "MG507": Entry("{reason}"),
    "MG508": Entry("{reason}"),
    "W508": Entry(
        "no HTML shows the picture `{found}`",
        'show it: <img src="cid:{found}" alt="...">; a file that is to be opened by itself goes with `attach`',
    ),
    "W509": Entry(
        "the styles of {found} stay in `<style>`, for css-inline is not installed",
        'put them into the elements: pip install "mailgrid[html]", or say <style data-css-inline="ignore">',
    ),
    "W520": Entry(
        "`{{{{ {found} }}}}` is a name of ours, not the column `{found}` of {source}",
        'for the column write `{{{{ row["{found}"] }}}}`; if ours is meant, give the column another name',
    ),
    "W521": Entry("`{found}` is empty, so nobody has anything to read there", "write something, or take it out"),
    # ---- MG6 sending
    "MG602": Entry(
        "variants add up to {total} %",
        "give the last one {fitting} %, or leave out its percentage to take the rest",
    ),
    "W606": Entry("`{found}` is new, and {got}", "if it is the same campaign add `formerly {former}`"),
    "W607": Entry(
        "{count} people get `{found}` and are not told how to leave the list",
        "add `unsubscribe` or a header `List-Unsubscribe`; for mail that is no marketing write `kind transactional`",
    ),
    "W609": Entry("{reason}; `apply` will refuse", "give it with `--ledger`, or `apply --new-ledger` to start over"),
    "MG615": Entry("{reason}", "look at the variable's value"),
    "MG616": Entry(
        "`{found}` does not say through which `transport` it goes",
        'write for instance: transport smtp {{ host "localhost" }}; or [transport.default] in mailgrid.toml',
    ),
    "MG604": Entry(
        "plan {plan} was applied on {day} by {who}",
        "make a new one; it will contain only people who were not mailed yet",
    ),
    "MG605": Entry(
        "the environment has no {found}",
        'set it, or give a default: `env("{found}", "...")` (not for secrets)',
    ),
    "MG624": Entry(
        "`{found}` reaches outside, and nobody has said that this file is to be trusted with it",
        'if you trust it, add trust = ["{found}"] to mailgrid.toml, or say --trust {found}',
    ),
    "MG630": Entry(
        "`{reaching}` reaches people and `{rehearsing}` reaches nobody: neither can stand in for the other",
        "name a transport of the same sort behind `otherwise`",
    ),
    "MG631": Entry(
        "a quota of {found} lets nobody through: a message with its copies counts {cost}",
        "allow more, or send fewer copies",
    ),
    "MG642": Entry(
        "there is no {found} in {zone}: the clocks jump over it",
        "at that moment they show {after}: write that, or another time",
    ),
    "MG643": Entry(
        "`schedule` expires before the hours of `window` begin: {hours}",
        "let it expire later, or begin inside the hours",
    ),
    "MG690": Entry("signing needs cryptography, which is not installed", 'install it: pip install "mailgrid[dkim]"'),
    "MG691": Entry("{reason}"),
    "W692": Entry("{found} is an RSA key of {bits} bits; providers want 2048", "make a new one under a new selector"),
    "W693": Entry("{found} is a private key and can be read by others", "chmod 600 {found}"),
    "MG603": Entry("`{found}` is written in the file", 'use `secret("{name}")`'),
}

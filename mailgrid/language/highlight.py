"""Highlighting: one scope for each terminal of the grammar, and the TextMate grammar that is made of them.

The lexer needs no context, so its own patterns, in its own order, are those of an editor too.
See https://macromates.com/manual/en/language_grammars for the format and the names of scopes.
"""

from collections.abc import Mapping

from mailgrid.language.parser import terminals

__all__ = ["FUNCTION", "SCOPES", "SETTING", "TEMPLATE", "textmate"]

_DECLARATION = "keyword.declaration"
_CONTROL = "keyword.control"
_WORD = "keyword.operator.word"
_SIGN = "keyword.operator"
_NUMBER = "constant.numeric"
_DATE = "constant.other.date"
_BRACKET = "punctuation.section"
_MISTAKE = "invalid.illegal"
_NONE = ""

#: What a NAME is at the start of a statement, before `(`, and what `{{ }}` in a text is.
SETTING = "entity.name.tag"
FUNCTION = "entity.name.function"
TEMPLATE = "meta.embedded.expression"

# What follows a column; `before` and `after` follow a setting too, as in `stop after`.
_OPERATORS = ("AND", "OR", "NOT", "IN", "IS", "BETWEEN", "CONTAINS", "STARTS", "ENDS", "MATCHES")

#: Each terminal's scope; blanks have none.
SCOPES = {
    **dict.fromkeys(["LET", "IMPORT"], _DECLARATION),
    "WHERE": _CONTROL,
    **dict.fromkeys([*_OPERATORS, "WITH", "WHEN", "IGNORING_CASE"], _WORD),
    **dict.fromkeys(["EMPTY", "TRUE", "FALSE"], "constant.language"),
    **dict.fromkeys(["EQ", "CMP", "PLUS", "MINUS"], _SIGN),
    "NAME": "variable.other",
    "QUOTED_NAME": "variable.other.column",
    **dict.fromkeys(["DATE", "TIME"], _DATE),
    **dict.fromkeys(["NUMBER", "RATE", "SIZE", "DURATION", "PERCENT"], _NUMBER),
    "STRING": "string.quoted.double",
    "RAW_STRING": "string.quoted.single",
    "LONG_STRING": "string.quoted.triple",
    "REGEX": "string.regexp",
    "COMMA": "punctuation.separator",
    **dict.fromkeys(["LPAR", "RPAR", "LSQB", "RSQB", "LBRACE", "RBRACE"], _BRACKET),
    "COMMENT": "comment.line.number-sign",
    **dict.fromkeys(["UNCLOSED", "UNCLOSED_LONG", "FANCY_QUOTE", "ALIEN", "BAD_RATE", "NEAR_DATE", "BAD"], _MISTAKE),
    **dict.fromkeys(["_NL", "WS"], _NONE),
}

# An editor looks at one line at a time, so what may go on below has a beginning and an end instead of a pattern.
_OVER_LINES = frozenset({"LONG_STRING", "UNCLOSED_LONG"})


def textmate() -> dict[str, object]:
    """Return the TextMate grammar, as editors read it in JSON."""
    patterns = dict(terminals())
    missing = patterns.keys() - SCOPES.keys()
    assert not missing, f"no scope for {', '.join(sorted(missing))}"
    return {
        "name": "Mailgrid",
        "scopeName": "source.mailgrid",
        "fileTypes": ["mailgrid"],
        "patterns": [
            {"match": _setting(patterns), "captures": {"1": {"name": _scope(SETTING)}}},
            {"match": rf"{_name(patterns)}(?=[ \t]*\()", "name": _scope(FUNCTION)},
            _long_string(),
            *(_pattern(*each) for each in patterns.items() if SCOPES[each[0]] and each[0] not in _OVER_LINES),
        ],
        "repository": {"template": _template(), "escape": _escape()},
    }


def _setting(patterns: Mapping[str, str]) -> str:
    """Return the pattern of a statement's first word, at the start of a line or after `{`.

    A line that goes on with a condition begins with a word of the language, or with a column and an operator.
    """
    operators = "|".join(patterns[each] for each in ("CMP", "EQ", "PLUS", "MINUS", *_OPERATORS))
    return rf"(?:^|(?<=\{{))[ \t]*({_name(patterns)})(?=[ \t]+(?![ \t]|{operators})|[ \t]*(?:[{{}}#]|$))"


def _name(patterns: Mapping[str, str]) -> str:
    """Return the pattern of a name that is no word of the language."""
    words = (patterns[each] for each, scope in SCOPES.items() if scope in {_DECLARATION, _CONTROL, _WORD})
    return rf"(?!{'|'.join(words)}){patterns['NAME']}".replace("\t", r"\t")


def _pattern(terminal: str, pattern: str) -> dict[str, object]:
    # Written out, for a tab or a line end in a pattern is not to be seen.
    found: dict[str, object] = {
        "match": pattern.replace("\n", r"\n").replace("\t", r"\t"),
        "name": _scope(SCOPES[terminal]),
    }
    inside = {"STRING": ["template", "escape"], "RAW_STRING": ["template"]}.get(terminal)
    return {**found, "captures": {"0": {"patterns": _included(inside)}}} if inside else found


def _long_string() -> dict[str, object]:
    name = _scope(SCOPES["LONG_STRING"])
    return {"begin": '"""', "end": '"""', "name": name, "patterns": _included(["template"])}


def _template() -> dict[str, object]:
    return {
        "begin": r"\{[{%]",
        "end": r"[}%]\}",
        "name": _scope(TEMPLATE),
        "beginCaptures": {"0": {"name": _scope("punctuation.section.embedded.begin")}},
        "endCaptures": {"0": {"name": _scope("punctuation.section.embedded.end")}},
        "patterns": [
            {"match": r"'[^'\n]*'|\"[^\"\n]*\"", "name": _scope("string.quoted.other")},
            {"match": r"\b\d+(\.\d+)?\b", "name": _scope(_NUMBER)},
            {"match": r"[A-Za-z_]\w*", "name": _scope(SCOPES["NAME"])},
            {"match": r"[|.=!<>+*/%~-]+(?!\})", "name": _scope(_SIGN)},
        ],
    }


def _escape() -> dict[str, object]:
    return {"match": r"\\(?:u\{[0-9A-Fa-f]+\}|.)", "name": _scope("constant.character.escape")}


def _included(names: list[str]) -> list[dict[str, str]]:
    return [{"include": f"#{name}"} for name in names]


def _scope(name: str) -> str:
    return f"{name}.mailgrid"

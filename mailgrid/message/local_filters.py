"""LocalFilters: `date`, `time`, `datetime`, `number`, `percent` and `money`, in the language of whom a mail is for.

It is the row's column `lang`, else `vars.lang`, else English; each filter takes another one as `lang="fr"`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from jinja2 import pass_context
from jinja2.runtime import Context, Undefined

from mailgrid.message.filters import LimitError

__all__ = ["LANG", "LOCAL_FILTERS"]

#: The column, or else the `let`, that names the language.
LANG = "lang"
_FORMS = ("short", "medium", "long", "full")
_PATTERN = 40


def _language(context: Context, given: object) -> str:
    """Return the language that values are written in."""
    lets = context.get("vars")
    for value in (given, context.get(LANG), lets[LANG] if lets and LANG in lets else None):
        if isinstance(value, str) and value.strip():
            return value
    return "en"


def _moment(value: object, context: Context) -> datetime | date | time:
    """Read a date, a time or both; a moment is one of the campaign's zone."""
    try:
        if isinstance(value, str):
            value = _read(value.strip())
    except ValueError:
        raise LimitError("a value is no date like 2026-05-31") from None
    if not isinstance(value, date | time):
        raise LimitError("a value is no date like 2026-05-31")
    now = context.get("now")
    if isinstance(value, datetime) and value.tzinfo and isinstance(now, datetime):
        return value.astimezone(now.tzinfo)
    return value


def _read(text: str) -> datetime | date | time:
    if "-" not in text:
        return time.fromisoformat(text)
    return datetime.fromisoformat(text) if len(text) > len("2026-05-31") else date.fromisoformat(text)


def _form(form: object) -> str:
    if not isinstance(form, str) or len(form) > _PATTERN:
        raise LimitError(f"a form is one of {', '.join(_FORMS)}, or a pattern like `d MMMM y`")
    return form


def _date(context: Context, value: object, lang: str, form: object = "medium") -> str:
    from mailgrid.message.local import written_date

    found = _moment(value, context)
    if isinstance(found, time):
        raise LimitError("a value is no date like 2026-05-31")
    return written_date(found.date() if isinstance(found, datetime) else found, _form(form), lang)


def _time(context: Context, value: object, lang: str, form: object = "short") -> str:
    from mailgrid.message.local import written_time

    found = _moment(value, context)
    if not isinstance(found, datetime | time):
        raise LimitError("a value has no time of the day")
    return written_time(found.time() if isinstance(found, datetime) else found, _form(form), lang)


def _datetime(context: Context, value: object, lang: str, form: object = "medium") -> str:
    from mailgrid.message.local import written_datetime

    found = _moment(value, context)
    if not isinstance(found, datetime):
        raise LimitError("a value is no day with a time, like 2026-05-31 09:00")
    return written_datetime(found, _form(form), lang)


def _number(_context: Context, value: object, lang: str, digits: object = None) -> str:
    from mailgrid.message.local import written_number

    return written_number(value, digits, lang)


def _percent(_context: Context, value: object, lang: str, digits: object = None) -> str:
    from mailgrid.message.local import written_percent

    return written_percent(value, digits, lang)


def _money(_context: Context, value: object, lang: str, currency: object) -> str:
    from mailgrid.message.local import written_money

    return written_money(value, str(currency), lang)


def _filter(write: Callable[..., str]) -> Callable[..., object]:
    """Make a filter of what writes a value: an empty one stays empty, one that does not exist is an error."""

    @pass_context
    def written(context: Context, value: object, *given: object, lang: object = "", **more: object) -> str:
        if isinstance(value, Undefined) or value is None or (isinstance(value, str) and not value.strip()):
            return str(value or "").strip()
        return write(context, value, _language(context, lang), *given, **more)

    return written


#: By name.
LOCAL_FILTERS: Mapping[str, Callable[..., object]] = {
    "date": _filter(_date),
    "datetime": _filter(_datetime),
    "money": _filter(_money),
    "number": _filter(_number),
    "percent": _filter(_percent),
    "time": _filter(_time),
}

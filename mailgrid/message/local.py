"""Local: dates, numbers and money as people write them where they are. It needs the extra `locale`."""

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import UnknownCurrencyError, format_currency, format_decimal, format_percent, validate_currency

from mailgrid.message.filters import LimitError

__all__ = ["written_date", "written_datetime", "written_money", "written_number", "written_percent", "written_time"]

_DIGITS = 20
_LARGEST = 30


@lru_cache(maxsize=1024)  # many people live on the same days
def written_date(value: date, form: str, lang: str) -> str:
    """Write a day.

    Args:
        value: the day.
        form: `short`, `medium`, `long`, `full`, or a pattern like `d MMMM y`.
        lang: a language, perhaps with a country: `de`, `pt-BR`.
    """
    return str(format_date(value, form, locale=_locale(lang)))


@lru_cache(maxsize=1024)
def written_time(value: time, form: str, lang: str) -> str:
    """Write a time of a day; see `written_date`."""
    return str(format_time(value, form, locale=_locale(lang)))


@lru_cache(maxsize=1024)
def written_datetime(value: datetime, form: str, lang: str) -> str:
    """Write a moment; see `written_date`."""
    return str(format_datetime(value, form, locale=_locale(lang)))


@lru_cache(maxsize=1024)
def written_number(value: object, digits: object, lang: str) -> str:
    """Write a number, with so many digits behind its mark; None: as many as it has, three at most.

    Raises:
        LimitError: it is none.
    """
    locale = _locale(lang)
    return str(format_decimal(_number(value), _with_digits(locale.decimal_formats[None].pattern, digits), locale))


@lru_cache(maxsize=1024)
def written_percent(value: object, digits: object, lang: str) -> str:
    """Write a share, 0.25 as 25 %; see `written_number`."""
    locale = _locale(lang)
    return str(format_percent(_number(value), _with_digits(locale.percent_formats[None].pattern, digits), locale))


@lru_cache(maxsize=1024)
def written_money(value: object, currency: str, lang: str) -> str:
    """Write an amount of money of a currency, like `EUR` (ISO 4217).

    Raises:
        LimitError: there is no such currency, or the value is no number.
    """
    try:
        validate_currency(currency.upper())
    except UnknownCurrencyError:
        raise LimitError("`money` wants a currency of three letters, like EUR") from None
    return str(format_currency(_number(value), currency.upper(), locale=_locale(lang)))


@lru_cache(maxsize=256)
def _locale(lang: str) -> Locale:
    """Return what is known of a language; of one that nobody knows, of English."""
    parts = lang.strip().replace("-", "_").split("_")
    for name in ("_".join(parts), parts[0], "en"):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    raise AssertionError


def _with_digits(pattern: str, digits: object) -> str:
    """Return a pattern of a language, like `#,##0.###`, with so many digits behind its mark."""
    if digits is None:
        return pattern
    if not isinstance(digits, int) or not 0 <= digits <= _DIGITS:
        raise LimitError(f"a number has from 0 to {_DIGITS} digits behind its mark")
    return re.sub(r"0(?:\.#+)?", "0." + "0" * digits if digits else "0", pattern, count=1)


def _number(value: object) -> Decimal:
    """Read a number: it is one, or digits, perhaps with blanks between them and a point."""
    try:
        found = Decimal("".join(value.split())) if isinstance(value, str) else Decimal(str(value))
    except (InvalidOperation, ValueError):
        raise LimitError("a value is no number like 1234.50") from None
    if not found.is_finite() or abs(found.adjusted()) > _LARGEST:
        raise LimitError("a number is too large, or none")
    return found

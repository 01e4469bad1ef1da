"""Values with units that a campaign file can hold, beside Python's own (str, Decimal, bool, date, timedelta)."""

from decimal import Decimal
from fractions import Fraction

from mailgrid.value import value

__all__ = ["Percent", "Rate", "Size"]


@value
class Rate:
    """`count` things in `seconds`; `unit` is how it was written (`s`, `min`, `h`, `day`)."""

    count: Fraction
    seconds: int
    unit: str

    @property
    def per_second(self) -> Fraction:
        """How many in one second, exactly."""
        return self.count / self.seconds

    def __str__(self) -> str:
        count = str(self.count) if self.count.denominator == 1 else f"{float(self.count):g}"
        return f"{count}/{self.unit}"


@value
class Size:
    """A number of bytes; `MB` is 10^6, `MiB` is 2^20."""

    octets: int


@value
class Percent:
    """`50%` has the value 50."""

    value: Decimal

    @property
    def fraction(self) -> float:
        """Between 0 and 1 for 0 % to 100 %."""
        return float(self.value) / 100

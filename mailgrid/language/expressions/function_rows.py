"""The rows of the table of functions: how each is written in a condition, with an example, and what it gives."""

from mailgrid.value import value

__all__ = ["FUNCTION_ROWS", "FunctionRow"]


@value
class FunctionRow:
    """One way to call a function.

    Args:
        form: how it is written.
        example: a condition that is right.
        help: what it gives, in a few words; empty where its name says so.
    """

    form: str
    example: str
    help: str = ""

    @property
    def name(self) -> str:
        """The function's name."""
        return self.form.partition("(")[0]


#: Every function of the language, in the order of its documentation.
FUNCTION_ROWS = (
    FunctionRow("lower(x)", 'lower(country) = "fr"', "the text in lower case"),
    FunctionRow("upper(x)", 'upper(plan) = "PRO"', "in upper case"),
    FunctionRow("trim(x)", 'trim(plan) = "pro"', "without blanks around it"),
    FunctionRow("length(x)", "length(country) = 2", "how many characters"),
    FunctionRow("domain(x)", 'domain(email) = "acme.com"', "what stands after the last `@`, in lower case"),
    FunctionRow("local(x)", 'local(email) = "Ann"', "what stands before it"),
    FunctionRow("number(x)", "number(age) = 30", "the cell read as a number"),
    FunctionRow("date(x)", "date(signup) = 2026-04-20", "the cell read as a date"),
    FunctionRow("date(x, form)", 'date("20/04/2026", "DD/MM/YYYY") = 2026-04-20', "read in this form"),
    FunctionRow("today()", "today() = 2026-05-01", "the day of the plan in `zone`; `--now` sets another"),
    FunctionRow("now()", "now() after 2026-05-01", "the moment of the plan"),
    FunctionRow("days_since(d)", "days_since(signup) = 11", "days from then to today"),
    FunctionRow("days_until(d)", "days_until(2026-05-31) = 30", "days from today to then"),
    FunctionRow("year(d)", "year(signup) = 2026"),
    FunctionRow("month(d)", "month(signup) = 4"),
    FunctionRow("day(d)", "day(signup) = 20"),
    FunctionRow("weekday(d)", "weekday(signup) = 1", "1 is Monday, 7 Sunday"),
    FunctionRow("age(d)", "age(2000-05-01) = 26", "whole years from then to today"),
    FunctionRow("coalesce(a, b, ...)", 'coalesce(country, "??") = "FR"', "the first that is not empty"),
    FunctionRow("lines(file)", 'plan in lines("plans.txt")', "the lines of a text file, as a list"),
    FunctionRow("env(name)", 'plan = env("PLAN")', "an environment variable"),
    FunctionRow("env(name, default)", 'plan = env("NO_SUCH", "pro")', "or else the default"),
)

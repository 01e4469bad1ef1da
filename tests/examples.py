"""How many inputs a property is tried with: few in the suite, as many as one likes by hand.

MAILGRID_EXAMPLES=100000 pytest tests/message --hypothesis-show-statistics
"""

import os

from hypothesis import settings

__all__ = ["MANY", "examples"]

#: How many, whatever a test asks for; 0 where that is left to the test.
MANY = int(os.environ.get("MAILGRID_EXAMPLES", "0"))


def examples(few: int) -> settings:
    """Return the settings of a property that is tried with `few` inputs, or with MANY."""
    return settings(max_examples=MANY or few)

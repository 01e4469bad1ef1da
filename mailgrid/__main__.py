"""`python -m mailgrid`, and the console script."""

import gc
import sys

__all__ = ["main"]

#: So many new objects make Python look for circles among them. Neither the start nor sending leaves any, and at
#: Python's 700 it looks hundreds of times before the first message.
_GARBAGE = 20_000


def main() -> None:
    """Run the command line and exit with its code."""
    gc.set_threshold(_GARBAGE)
    from mailgrid.cli.run import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

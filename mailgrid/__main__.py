"""`python -m mailgrid`, and the console script."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code."""
    from mailgrid.cli.run import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

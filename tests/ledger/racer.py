"""A process that counts a shared bucket up, for the tests: `python -m tests.ledger.racer FILE STEPS`.

It writes a line for each step that is done.
"""

import sys
from pathlib import Path

from mailgrid.ledger.project import Bucket, ProjectLedger


def main() -> None:
    project = ProjectLedger(Path(sys.argv[1]))
    left = int(sys.argv[2])
    while left:
        if project.exchange("ses", lambda bucket: Bucket(bucket.due + 1)):
            left -= 1
            sys.stdout.write("done\n")
            sys.stdout.flush()
    project.close()


if __name__ == "__main__":
    main()

"""The program with a short patience: `python -m tests.cluster.hasty worker URL`. Hosts are missed after two seconds."""

from mailgrid.ledger.postgres import leases

leases.STALL = 2.0

from mailgrid.__main__ import main  # noqa: E402 - what is imported from here on is hasty

if __name__ == "__main__":
    main()

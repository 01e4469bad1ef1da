"""The ledger in PostgreSQL, which a team, or many machines, share. It keeps the same promises as the one in files."""

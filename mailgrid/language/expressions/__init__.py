"""What a where means: from a condition's tree to one Python function over a row."""

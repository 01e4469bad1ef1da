"""Who got what, durably."""

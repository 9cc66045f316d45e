"""Erasure of an account: all goes but what a rule keeps, for so long as it says."""

"""Objections to a record in a report: raised, passed to the platform, decided by its clock."""

"""Arrears, theft and breach of use of electricity: from the supplier's report to the record."""

"""Clients of the agencies: the municipal credit platform and the identity check."""

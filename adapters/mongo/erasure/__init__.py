"""Erasure: who leaves, what becomes of every collection, and how far it is."""

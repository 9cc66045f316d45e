"""Measured, never asserted: each script prints a table for the README."""

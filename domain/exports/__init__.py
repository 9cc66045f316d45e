"""Exports: all that is kept of a person, as one archive, made behind the scenes."""

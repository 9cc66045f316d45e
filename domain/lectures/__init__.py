"""Cloud lectures: written, reviewed, shown; watched, attended, asked about."""

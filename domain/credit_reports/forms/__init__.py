"""The forms of reports: one module an edition, and what the editions share."""

"""From a snapshot to a signed PDF/A-3b, and from a file back to what it proves."""
